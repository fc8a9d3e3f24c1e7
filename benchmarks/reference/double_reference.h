// The formulas in double, pair by pair: what every kernel is checked against.
#pragma once

#include "reference.h"

namespace ctr_reference {

struct Exact {
    double logit;
    double magnitude; // |b| + sum |w x| + sum |pair products|
};

// MurmurHash3's finaliser, which spreads keys over the index.
uint64_t hash_of(uint64_t key);

// The slot of a key, or unknown_slot, and its linear weight.
uint32_t find(const Model &model, uint64_t key, float *weight);

// The entry of a pair of keys in a table of 2^bits entries.
uint64_t pair_entry(uint64_t a, uint64_t b, uint32_t bits);

Exact exact_logit(const Model &model, const Rows &rows, uint64_t row);

} // namespace ctr_reference
