// Rows to score, and the cache lines that they touch.
#pragma once

#include <vector>

#include "made_model.h"

namespace ctr_reference {

enum class Form {
    one_per_field, // one feature per field, value 1: the fast path
    values,        // the same with real values
    missing,       // 15 % of the fields missing
    several,       // two features in some fields
};

const char *name_of(Form form);

class Workload {
public:
    Workload(const Shape &shape, Form form, uint64_t rows, uint64_t seed);

    // Rows [first, first + count).
    Rows rows(uint64_t first, uint64_t count) const;

    // The lines of all rows; all features must be known, and for poly2 every row must have the same number of them.
    void find_lines(const Model &model);

    uint64_t row_count() const { return offsets_.size() - 1; }

    Lines lines{};

    // Bytes of the different lines that all rows touch together.
    uint64_t touched_bytes = 0;

private:
    std::vector<uint64_t> offsets_, keys_;
    std::vector<uint32_t> fields_;
    std::vector<float> values_;
    std::vector<uint32_t> index_, index_found_, slot_, pair_;
};

} // namespace ctr_reference
