// Times library, reference and touch over the same rows, in turns.
#pragma once

#include <functional>
#include <string>
#include <vector>
#include <vector>

#include "workload.h"

namespace ctr_reference {

struct Case {
    Shape shape;
    Form form = Form::one_per_field;
    uint64_t batch = 256;

    std::string name() const;
    std::string model_name() const; // what cases with the same model share
};

struct Times {
    double libctr = 0, reference = 0, touch = 0; // ns per row; 0: not measured
};

const char *name_of(Kind kind);
const char *name_of(WeightType type);
const char *name_of(IndexKind index);

// Runs one of three passes over all rows.
struct Passes {
    std::function<void()> libctr; // may be empty
    std::function<void()> reference;
    std::function<void()> touch;
};

// Repeats passes over so many rows, one after the other, for some seconds and at least five times; the least ns per row of each.
std::vector<double> least_times(const std::vector<std::function<void()>> &passes, uint64_t rows, double seconds);

// The same for three passes of which the first may be empty.
Times measure(const Passes &passes, uint64_t rows, double seconds);

} // namespace ctr_reference
