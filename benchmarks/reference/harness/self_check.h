// Every kernel of every level that this processor has against the formulas in double.
#pragma once

#include <vector>

#include "../reference.h"

namespace ctr_reference {

// The levels that this processor can run.
std::vector<const Level *> runnable_levels();

// The largest error over the budget 2^-20 (|b| + sum |w x| + sum |pair products|) that a logit may have beside its rounding to float.
double worst_error(const Model &model, const Rows &rows, const float *logits);

// Prints what fails; answers the number of failures.
int self_check();

} // namespace ctr_reference
