#include "made_model.h"

#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <new>

#include "../double_reference.h"

namespace ctr_reference {

// About normal with standard deviation 0.1: the sum of four uniform numbers.
static float weight(uint64_t &random) {
    uint64_t bits = next_random(random);
    int32_t sum = 0;
    for (int part = 0; part < 4; part++) sum += static_cast<int32_t>(bits >> (16 * part) & 0xFFFF) - 0x8000;
    return static_cast<float>(sum) * (0.1f / 37837);
}

static uint16_t to_bf16(float value) {
    uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

void lay_out(Model &m) {
    bool latent = m.kind == Kind::mf || m.kind == Kind::fm || m.kind == Kind::ffm;
    uint32_t blocks = m.kind == Kind::ffm ? m.fields : 1;
    m.padded_latent = latent ? (m.latent + 3) / 4 * 4 : 0;
    uint32_t elements = blocks * m.padded_latent;
    if (blocks > 1) elements = (elements + 15) / 16 * 16;
    m.scale_offset = elements * m.element_size();
    uint32_t used = m.scale_offset + (m.type == WeightType::int8 ? 4 : 0);
    m.stride = 1;
    while (m.stride < used && m.stride < line) m.stride *= 2;
    if (used > line) m.stride = static_cast<uint32_t>((used + line - 1) / line * line);
    if (!latent) m.stride = m.scale_offset = 0;
}

static uint32_t index_bits(const Shape &shape) {
    uint32_t bits = 1;
    while ((uint64_t{1} << bits) < uint64_t{shape.slots} * 2) bits++;
    return bits;
}

uint64_t size_of(const Shape &shape) {
    Model m{};
    m.kind = shape.kind, m.type = shape.type, m.latent = shape.latent, m.fields = shape.fields;
    lay_out(m);
    uint64_t index = shape.index == IndexKind::exact ? sizeof(Entry) << index_bits(shape) : uint64_t{4} * shape.slots;
    return index + uint64_t{m.stride} * shape.slots + (shape.kind == Kind::poly2 ? uint64_t{m.element_size()} << shape.pair_bits : 0);
}

char *MadeModel::allocate(size_t bytes) {
    // A line more than asked for: the last vectors of an index may be read whole.
    void *result = mmap(nullptr, bytes + line, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED) throw std::bad_alloc();
    memory_.emplace_back(result, bytes + line);
    return static_cast<char *>(result);
}

MadeModel::~MadeModel() {
    for (auto &piece : memory_) munmap(piece.first, piece.second);
}

MadeModel::MadeModel(const Shape &shape) {
    Model &m = model;
    m.kind = shape.kind, m.type = shape.type, m.latent = shape.latent, m.fields = shape.fields;
    m.slots = shape.slots, m.index = shape.index;
    lay_out(m);
    uint64_t random = shape.seed;
    m.bias = weight(random);
    m.zero_slot = allocate(m.stride + 4096);
    if (shape.index == IndexKind::exact) {
        m.index_bits = index_bits(shape);
        auto entries = reinterpret_cast<Entry *>(allocate(sizeof(Entry) << m.index_bits));
        uint64_t mask = (uint64_t{1} << m.index_bits) - 1;
        for (uint64_t e = 0; e <= mask; e++) entries[e].slot = unknown_slot;
        m.entries = entries;
        for (uint32_t s = 0; s < shape.slots; s++) {
            uint64_t key = key_of(shape.index, shape.seed, s);
            uint64_t at = hash_of(key) >> (64 - m.index_bits);
            uint32_t probes = 1;
            for (; entries[at].slot != unknown_slot; at = (at + 1) & mask) probes++;
            entries[at] = {key, s, weight(random)};
            m.max_probes = std::max(m.max_probes, probes);
        }
    } else {
        if (shape.index == IndexKind::hashed)
            while ((uint64_t{1} << m.index_bits) < shape.slots) m.index_bits++;
        auto linear = reinterpret_cast<float *>(allocate(sizeof(float) * shape.slots));
        for (uint32_t s = 0; s < shape.slots; s++) linear[s] = weight(random);
        m.linear = linear;
    }
    if (m.stride != 0) fill_slots(random);
    if (shape.kind == Kind::poly2) {
        m.pair_bits = shape.pair_bits;
        m.pair_scale = m.type == WeightType::int8 ? 0.1f / 40 : 0;
        char *pairs = allocate(static_cast<size_t>(m.element_size()) << m.pair_bits);
        for (size_t p = 0; p < size_t{1} << m.pair_bits; p++) {
            float w = weight(random);
            if (m.type == WeightType::f32) reinterpret_cast<float *>(pairs)[p] = w;
            if (m.type == WeightType::bf16) reinterpret_cast<uint16_t *>(pairs)[p] = to_bf16(w);
            if (m.type == WeightType::int8) pairs[p] = static_cast<char>(std::lround(std::clamp(w / m.pair_scale, -127.0f, 127.0f)));
        }
        m.pairs = pairs;
    }
}

void MadeModel::fill_slots(uint64_t &random) {
    Model &m = model;
    char *weights = allocate(static_cast<size_t>(m.stride) * m.slots);
    uint32_t blocks = m.kind == Kind::ffm ? m.fields : 1;
    std::vector<float> values(static_cast<size_t>(blocks) * m.padded_latent);
    for (uint32_t s = 0; s < m.slots; s++) {
        char *slot = weights + static_cast<size_t>(s) * m.stride;
        float largest = 0;
        for (uint32_t e = 0; e < values.size(); e++) {
            values[e] = e % m.padded_latent < m.latent ? weight(random) : 0;
            largest = std::max(largest, std::abs(values[e]));
        }
        float scale = largest / 127;
        for (uint32_t e = 0; e < values.size(); e++) {
            if (m.type == WeightType::f32) reinterpret_cast<float *>(slot)[e] = values[e];
            if (m.type == WeightType::bf16) reinterpret_cast<uint16_t *>(slot)[e] = to_bf16(values[e]);
            if (m.type == WeightType::int8) slot[e] = static_cast<char>(std::lround(values[e] / scale));
        }
        if (m.type == WeightType::int8) std::memcpy(slot + m.scale_offset, &scale, sizeof scale);
    }
    m.weights = weights;
}

} // namespace ctr_reference
