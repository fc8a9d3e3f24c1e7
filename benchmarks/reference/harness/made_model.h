// Models made in memory, for the self-check and for trying kernels without the library. Also where the keys of made models come from.
#pragma once

#include <memory>
#include <vector>

#include "../reference.h"

namespace ctr_reference {

struct Shape {
    Kind kind = Kind::ffm;
    uint32_t latent = 4;
    WeightType type = WeightType::f32;
    uint32_t slots = 1024;
    IndexKind index = IndexKind::exact;
    uint32_t fields = 39;
    uint32_t pair_bits = 10;
    uint64_t seed = 1;
};

// The next of a sequence of 64-bit numbers (splitmix64); a bijection of the state.
inline uint64_t next_random(uint64_t &state) {
    uint64_t z = (state += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

// The key of a slot: random 64 bits, all different, or the slot.
inline uint64_t key_of(IndexKind index, uint64_t seed, uint32_t slot) {
    if (index != IndexKind::exact) return slot;
    uint64_t state = seed * 0xD1342543DE82EF95 + slot * 0x9E3779B97F4A7C15;
    return next_random(state);
}

// Bytes of the model: index and weights.
uint64_t size_of(const Shape &shape);

class MadeModel {
public:
    explicit MadeModel(const Shape &shape);
    ~MadeModel();
    MadeModel(const MadeModel &) = delete;
    MadeModel &operator=(const MadeModel &) = delete;

    Model model{};

private:
    char *allocate(size_t bytes);
    void fill_slots(uint64_t &random);

    std::vector<std::pair<void *, size_t>> memory_;
};

// Works out the layout of a slot (FORMAT.md): stride, scale_offset, padded_latent from kind, latent, fields and type.
void lay_out(Model &model);

} // namespace ctr_reference
