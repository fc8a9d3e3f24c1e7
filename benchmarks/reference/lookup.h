// From key to slot, in two steps: where the search starts (so that the line can be fetched), and, a row later, what is there.

INLINE uint64_t mix(uint64_t key) {
    key = (key ^ (key >> 33)) * 0xFF51AFD7ED558CCD;
    key = (key ^ (key >> 33)) * 0xC4CEB9FE1A85EC53;
    return key ^ (key >> 33);
}

#if CTR_LEVEL == 4
INLINE __m512i mix(__m512i key) {
    key = _mm512_mullo_epi64(_mm512_xor_si512(key, _mm512_srli_epi64(key, 33)), _mm512_set1_epi64(0xFF51AFD7ED558CCD));
    key = _mm512_mullo_epi64(_mm512_xor_si512(key, _mm512_srli_epi64(key, 33)), _mm512_set1_epi64(0xC4CEB9FE1A85EC53));
    return _mm512_xor_si512(key, _mm512_srli_epi64(key, 33));
}
#elif CTR_LEVEL == 3
INLINE __m256i multiply(__m256i a, uint64_t constant) {
    __m256i b = _mm256_set1_epi64x(static_cast<long long>(constant)), high = _mm256_set1_epi64x(static_cast<long long>(constant >> 32));
    __m256i cross = _mm256_add_epi64(_mm256_mul_epu32(_mm256_srli_epi64(a, 32), b), _mm256_mul_epu32(a, high));
    return _mm256_add_epi64(_mm256_mul_epu32(a, b), _mm256_slli_epi64(cross, 32));
}

INLINE __m256i mix(__m256i key) {
    key = multiply(_mm256_xor_si256(key, _mm256_srli_epi64(key, 33)), 0xFF51AFD7ED558CCD);
    key = multiply(_mm256_xor_si256(key, _mm256_srli_epi64(key, 33)), 0xC4CEB9FE1A85EC53);
    return _mm256_xor_si256(key, _mm256_srli_epi64(key, 33));
}
#endif

// Writes for each key the address where its search starts: an entry of the exact index, else the linear weight of its slot. Writes in whole
// vectors, so the array needs room for 8 more. A direct key beyond the slots gets the address of weight 0; resolving sees that it is unknown.
template <IndexKind I> INLINE void locate(const Model &m, const uint64_t *keys, size_t count, const char **where) {
    const char *base = I == IndexKind::exact ? reinterpret_cast<const char *>(m.entries) : reinterpret_cast<const char *>(m.linear);
    constexpr int scale = I == IndexKind::exact ? 4 : 2;
    size_t i = 0;
#if CTR_LEVEL == 4
    __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - m.index_bits));
    for (; i < count; i += 8) {
        __mmask8 there = count - i >= 8 ? 0xFF : static_cast<__mmask8>((1u << (count - i)) - 1);
        __m512i at = _mm512_maskz_loadu_epi64(there, keys + i);
        if constexpr (I == IndexKind::direct)
            at = _mm512_maskz_mov_epi64(_mm512_cmplt_epu64_mask(at, _mm512_set1_epi64(m.slots)), at);
        else
            at = _mm512_srl_epi64(mix(at), shift);
        _mm512_storeu_si512(where + i, _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<intptr_t>(base)), _mm512_slli_epi64(at, scale)));
    }
#elif CTR_LEVEL == 3
    if constexpr (I != IndexKind::direct) {
        __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - m.index_bits));
        for (; i + 4 <= count; i += 4) {
            __m256i at = _mm256_srl_epi64(mix(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(keys + i))), shift);
            at = _mm256_add_epi64(_mm256_set1_epi64x(reinterpret_cast<intptr_t>(base)), _mm256_slli_epi64(at, scale));
            _mm256_storeu_si256(reinterpret_cast<__m256i *>(where + i), at);
        }
    }
#endif
    for (; i < count; i++) {
        uint64_t at;
        if constexpr (I == IndexKind::direct)
            at = keys[i] < m.slots ? keys[i] : 0;
        else
            at = m.index_bits == 0 ? 0 : mix(keys[i]) >> (64 - m.index_bits);
        where[i] = base + (at << scale);
    }
}

// The exact search, entry by entry. Slots that it answers are below the slot count, whatever the table holds.
inline uint32_t probe(const Model &m, uint64_t key, float *weight) {
    uint64_t mask = (uint64_t{1} << m.index_bits) - 1, at = mix(key) >> (64 - m.index_bits);
    for (uint32_t p = 0; p < m.max_probes; p++) {
        const Entry &entry = m.entries[at];
        if (entry.slot == unknown_slot) break;
        if (entry.key == key) {
            if (entry.slot >= m.slots) break;
            *weight = entry.weight;
            return entry.slot;
        }
        at = (at + 1) & mask;
    }
    *weight = 0;
    return unknown_slot;
}

// Which of the four entries of a line has the key: bit 2e for entry e.
INLINE uint32_t match(const char *entries, uint64_t key) {
#if CTR_LEVEL == 4
    return _mm512_cmpeq_epi64_mask(_mm512_load_si512(entries), _mm512_set1_epi64(static_cast<long long>(key))) & 0x55u;
#elif CTR_LEVEL == 3
    auto at = reinterpret_cast<const __m256i *>(entries);
    __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(key));
    uint32_t low = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[0], wanted))));
    uint32_t high = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[1], wanted))));
    return (low | high << 4) & 0x55u;
#else
    auto at = reinterpret_cast<const Entry *>(entries);
    return (at[0].key == key ? 1u : 0u) | (at[1].key == key ? 4u : 0u) | (at[2].key == key ? 16u : 0u) | (at[3].key == key ? 64u : 0u);
#endif
}

// Finds slots and linear weights. An unknown feature gets unknown_slot and the weight 0; answers how many are unknown.
// The exact search compares a whole line at once and puts off what that does not settle (the key is in a later line, or
// unknown), so that there is one branch a row to mispredict instead of one a feature.
template <IndexKind I>
INLINE uint32_t resolve(const Model &m, const uint64_t *keys, const char *const *where, size_t count, uint32_t *slots, float *weights) {
    uint32_t unknown = 0;
    if constexpr (I == IndexKind::exact) {
        uint32_t put_off[max_features];
        size_t left = 0;
        if (m.index_bits >= 2) {
            for (size_t i = 0; i < count; i++) {
                const char *entries = reinterpret_cast<const char *>(reinterpret_cast<uintptr_t>(where[i]) & ~(line - 1));
                uint32_t found = match(entries, keys[i]);
                const Entry &entry = reinterpret_cast<const Entry *>(entries)[__builtin_ctz(found | 0x40) >> 1];
                slots[i] = entry.slot;
                weights[i] = entry.weight;
                put_off[left] = static_cast<uint32_t>(i);
                left += found == 0 || entry.slot >= m.slots;
            }
        } else {
            for (; left < count; left++) put_off[left] = static_cast<uint32_t>(left);
        }
        for (size_t l = 0; l < left; l++) {
            uint32_t i = put_off[l];
            slots[i] = probe(m, keys[i], &weights[i]);
            unknown += slots[i] == unknown_slot;
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            bool known = I == IndexKind::hashed || keys[i] < m.slots;
            slots[i] = known ? static_cast<uint32_t>((where[i] - reinterpret_cast<const char *>(m.linear)) >> 2) : unknown_slot;
            float weight = *reinterpret_cast<const float *>(where[i]);
            weights[i] = known ? weight : 0;
            unknown += !known;
        }
    }
    return unknown;
}
