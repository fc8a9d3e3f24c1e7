#include "double_reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace ctr_reference {

uint64_t hash_of(uint64_t key) {
    key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCD;
    key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53;
    return key ^ (key >> 33);
}

uint32_t find(const Model &m, uint64_t key, float *weight) {
    *weight = 0;
    if (m.index != IndexKind::exact) {
        uint64_t slot = m.index == IndexKind::direct ? key : m.index_bits == 0 ? 0 : hash_of(key) >> (64 - m.index_bits);
        if (slot >= m.slots) return unknown_slot;
        *weight = m.linear[slot];
        return static_cast<uint32_t>(slot);
    }
    uint64_t mask = (uint64_t{1} << m.index_bits) - 1, at = hash_of(key) >> (64 - m.index_bits);
    for (uint32_t p = 0; p < m.max_probes && m.entries[at].slot != unknown_slot; p++, at = (at + 1) & mask) {
        if (m.entries[at].key != key) continue;
        *weight = m.entries[at].weight;
        return m.entries[at].slot;
    }
    return unknown_slot;
}

uint64_t pair_entry(uint64_t a, uint64_t b, uint32_t bits) {
    return (hash_of(std::min(a, b) * 0x9E3779B97F4A7C15 + std::max(a, b)) >> 1) >> (63 - bits);
}

static double element(WeightType type, const char *from, size_t at) {
    if (type == WeightType::f32) return reinterpret_cast<const float *>(from)[at];
    if (type == WeightType::int8) return reinterpret_cast<const int8_t *>(from)[at];
    uint32_t bits = static_cast<uint32_t>(reinterpret_cast<const uint16_t *>(from)[at]) << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

Exact exact_logit(const Model &m, const Rows &rows, uint64_t row) {
    struct Feature {
        uint32_t slot, field;
        uint64_t key;
        double value;
    };
    Exact sum = {m.bias, std::abs(static_cast<double>(m.bias))};
    auto add = [&](double term) {
        sum.logit += term;
        sum.magnitude += std::abs(term);
    };
    std::vector<Feature> known;
    for (uint64_t i = rows.offsets[row]; i < rows.offsets[row + 1]; i++) {
        float weight;
        uint32_t slot = find(m, rows.keys[i], &weight);
        if (slot == unknown_slot) continue;
        double value = rows.values == nullptr ? 1 : rows.values[i];
        uint32_t field = rows.fields == nullptr ? static_cast<uint32_t>(i - rows.offsets[row]) : rows.fields[i];
        known.push_back({slot, field, rows.keys[i], value});
        add(weight * value);
    }
    if (m.kind == Kind::lr) return sum;
    for (size_t i = 0; i < known.size(); i++) {
        for (size_t j = i + 1; j < known.size(); j++) {
            const Feature &a = known[i], &b = known[j];
            double xx = a.value * b.value;
            if (m.kind == Kind::poly2) {
                double w = element(m.type, static_cast<const char *>(m.pairs), pair_entry(a.key, b.key, m.pair_bits));
                add(w * (m.type == WeightType::int8 ? m.pair_scale : 1.0f) * xx);
                continue;
            }
            const char *va = m.weights + static_cast<size_t>(a.slot) * m.stride, *vb = m.weights + static_cast<size_t>(b.slot) * m.stride;
            if (m.type == WeightType::int8) {
                float scale_a, scale_b;
                std::memcpy(&scale_a, va + m.scale_offset, sizeof scale_a);
                std::memcpy(&scale_b, vb + m.scale_offset, sizeof scale_b);
                xx *= static_cast<double>(scale_a) * scale_b;
            }
            size_t at_a = m.kind == Kind::ffm ? static_cast<size_t>(b.field) * m.padded_latent : 0;
            size_t at_b = m.kind == Kind::ffm ? static_cast<size_t>(a.field) * m.padded_latent : 0;
            for (uint32_t l = 0; l < m.latent; l++) add(element(m.type, va, at_a + l) * element(m.type, vb, at_b + l) * xx);
        }
    }
    return sum;
}

} // namespace ctr_reference
