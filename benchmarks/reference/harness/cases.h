// Which cases there are.
#pragma once

#include <vector>

#include "measure.h"

namespace ctr_reference {

// Every kind, latent length, weight type, number of slots, index, batch, and the general forms; with quick a few that stand for them.
// Cases that share a model stand together.
std::vector<Case> all_cases(bool quick);

// Rows for a case: so many that the lines they touch exceed caches of `cache_bytes` several times, if the model does.
uint64_t rows_for(const Case &one, uint64_t cache_bytes);

} // namespace ctr_reference
