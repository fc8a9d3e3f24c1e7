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

// Writes for each key the address of what finding it reads first: the line of the exact index, else the linear weight of its slot.
// Writes in whole vectors, so the array needs room for 8 more. A direct key beyond the slots gets the address of weight 0.
template <IndexKind I> INLINE void locate(const Model &m, const uint64_t *keys, size_t count, const char **where) {
    constexpr bool exact = I == IndexKind::exact;
    const char *base = exact ? reinterpret_cast<const char *>(m.entries) : reinterpret_cast<const char *>(m.linear);
    constexpr int scale = exact ? 4 : 2;
    constexpr int64_t mask = exact ? -static_cast<int64_t>(line) : -1;
    size_t i = 0;
#if CTR_LEVEL == 4
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - m.index_bits));
    for (; i < count; i += 8) {
        __mmask8 there = count - i >= 8 ? 0xFF : static_cast<__mmask8>((1u << (count - i)) - 1);
        __m512i at = _mm512_maskz_loadu_epi64(there, keys + i);
        if constexpr (I == IndexKind::direct)
            at = _mm512_maskz_mov_epi64(_mm512_cmplt_epu64_mask(at, _mm512_set1_epi64(m.slots)), at);
        else
            at = _mm512_srl_epi64(mix(at), shift);
        at = _mm512_and_si512(_mm512_slli_epi64(at, scale), _mm512_set1_epi64(mask));
        _mm512_storeu_si512(where + i, _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<intptr_t>(base)), at));
    }
#elif CTR_LEVEL == 3
    if constexpr (I != IndexKind::direct) {
        const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - m.index_bits));
        for (; i + 4 <= count; i += 4) {
            __m256i at = _mm256_srl_epi64(mix(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(keys + i))), shift);
            at = _mm256_and_si256(_mm256_slli_epi64(at, scale), _mm256_set1_epi64x(mask));
            at = _mm256_add_epi64(_mm256_set1_epi64x(reinterpret_cast<intptr_t>(base)), at);
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
        where[i] = base + (static_cast<int64_t>(at << scale) & mask);
    }
}

// What finding a key gives, in one number: the slot in the lower half, the bits of the linear weight in the upper one.
constexpr uint64_t not_found = unknown_slot;

// The exact search, entry by entry. Slots that it answers are below the slot count, whatever the table holds.
inline uint64_t probe(const Model &m, uint64_t key) {
    uint64_t mask = (uint64_t{1} << m.index_bits) - 1, at = mix(key) >> (64 - m.index_bits);
    for (uint32_t p = 0; p < m.max_probes; p++) {
        const Entry &entry = m.entries[at];
        if (entry.slot == unknown_slot) break;
        if (entry.key == key) return entry.slot < m.slots ? load<uint64_t>(&entry.slot) : not_found;
        at = (at + 1) & mask;
    }
    return not_found;
}

// Which of the four entries of a line has the key: bit 2e for entry e.
INLINE uint32_t match(const char *entries, uint64_t key) {
#if CTR_LEVEL == 4
    return _mm512_cmpeq_epi64_mask(_mm512_load_si512(entries), _mm512_set1_epi64(static_cast<long long>(key))) & 0x55u;
#elif CTR_LEVEL == 3
    auto at = reinterpret_cast<const __m256i *>(entries);
    __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(key));
    auto low = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[0], wanted))));
    auto high = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[1], wanted))));
    return (low | high << 4) & 0x55u;
#else
    auto at = reinterpret_cast<const Entry *>(entries);
    return (at[0].key == key ? 1u : 0u) | (at[1].key == key ? 4u : 0u) | (at[2].key == key ? 16u : 0u) | (at[3].key == key ? 64u : 0u);
#endif
}

// Finds the slots of up to 64 features: where their vectors start (the slot of zeros if unknown; not asked of kinds without vectors) and their
// linear weights (0 if unknown). Answers a bit for each unknown feature. Writes in whole vectors.
// The exact search compares a whole line at once and puts off what that does not settle (the key is in a later line, or unknown),
// so that there is one branch a row to mispredict instead of one a feature.
template <IndexKind I, bool Vectors>
INLINE uint64_t resolve64(const Model &m, const uint64_t *keys, const char *const *where, size_t count, const char **vectors, float *weights) {
    constexpr int n = register_bytes / 8;
    using Longs = typename VectorOf<uint64_t, n>::type;
    uint64_t found[64];
    if constexpr (I == IndexKind::exact) {
        for (size_t i = 0; i < count; i++) {
            uint32_t bits = match(where[i], keys[i]);
            uint64_t entry = load<uint64_t>(where[i] + __builtin_ctz(bits | 0x40) * 8 + 8);
            found[i] = bits == 0 ? not_found : entry;
        }
    } else {
        for (size_t i = 0; i < count; i++) {
            auto slot = I == IndexKind::direct ? keys[i] : static_cast<uint64_t>(where[i] - reinterpret_cast<const char *>(m.linear)) >> 2;
            if (I == IndexKind::direct && slot >= m.slots) slot = unknown_slot;
            found[i] = slot | static_cast<uint64_t>(load<uint32_t>(where[i])) << 32;
        }
    }
    uint64_t unknown = 0;
    for (size_t i = 0; i < count; i += n) {
        Longs entry = load<Longs>(found + i), slot = entry & 0xFFFFFFFF;
#if CTR_LEVEL == 4
        auto slots = reinterpret_cast<__m512i>(slot);
        __mmask8 known = _mm512_cmplt_epu64_mask(slots, _mm512_set1_epi64(m.slots));
        unknown |= static_cast<uint64_t>(static_cast<__mmask8>(~known)) << i;
        __m512i high = _mm512_maskz_srli_epi64(known, reinterpret_cast<__m512i>(entry), 32);
        _mm256_storeu_si256(reinterpret_cast<__m256i *>(weights + i), _mm512_cvtepi64_epi32(high));
        if constexpr (Vectors) {
            __m512i at = _mm512_add_epi64(_mm512_mul_epu32(slots, _mm512_set1_epi64(m.stride)), _mm512_set1_epi64(reinterpret_cast<intptr_t>(m.weights)));
            _mm512_storeu_si512(vectors + i, _mm512_mask_mov_epi64(_mm512_set1_epi64(reinterpret_cast<intptr_t>(m.zero_slot)), known, at));
        }
#else
        for (int l = 0; l < n; l++) {
            bool known = slot[l] < m.slots;
            unknown |= static_cast<uint64_t>(!known) << (i + static_cast<size_t>(l));
            auto weight = known ? static_cast<uint32_t>(entry[l] >> 32) : 0;
            std::memcpy(weights + i + l, &weight, sizeof weight);
            if constexpr (Vectors) vectors[i + static_cast<size_t>(l)] = known ? m.weights + slot[l] * m.stride : m.zero_slot;
        }
#endif
    }
    if (count < 64) unknown &= (uint64_t{1} << count) - 1;
    if constexpr (I == IndexKind::exact) {
        for (uint64_t left = unknown; left != 0; left &= left - 1) {
            int i = __builtin_ctzll(left);
            uint64_t entry = probe(m, keys[i]);
            if (entry == not_found) continue;
            unknown ^= uint64_t{1} << i;
            auto weight = static_cast<uint32_t>(entry >> 32);
            std::memcpy(weights + i, &weight, sizeof weight);
            if constexpr (Vectors) vectors[i] = m.weights + (entry & 0xFFFFFFFF) * m.stride;
        }
    }
    return unknown;
}

// The same for a row of any length; is_unknown(i) is called for each unknown feature.
template <IndexKind I, bool Vectors, class Unknown>
INLINE void resolve(const Model &m, const uint64_t *keys, const char *const *where, size_t count, const char **vectors, float *weights, Unknown is_unknown) {
    for (size_t first = 0; first < count; first += 64) {
        size_t some = std::min<size_t>(64, count - first);
        uint64_t unknown = resolve64<I, Vectors>(m, keys + first, where + first, some, vectors + first, weights + first);
        for (; unknown != 0; unknown &= unknown - 1) is_unknown(first + static_cast<size_t>(__builtin_ctzll(unknown)));
    }
}
