// From key to slot, in three steps, each a row after the one before: where the search starts, so that the line can be fetched; which keys are there, so that
// the next line can be fetched for the others; the slots.

// An exact index is searched in one of two ways: entry by entry while it is in the second-level cache, where a branch for each feature is cheapest; or a line at
// a time, which costs more instructions, but has only one branch a row to mispredict and can fetch second lines in time.
enum class Finder { entries, lines, direct, hashed };

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

// Writes for each key the address of what finding it reads first: its entry or line of the exact index, else the linear weight of its slot.
// Writes in whole vectors, so the array needs room for 8 more. A direct key beyond the slots gets the address of weight 0.
template <Finder I> NOINLINE void locate(const Model &m, const uint64_t *keys, size_t count, const char **where) {
    constexpr bool exact = I == Finder::entries || I == Finder::lines;
    const char *base = exact ? reinterpret_cast<const char *>(m.entries) : reinterpret_cast<const char *>(m.linear);
    constexpr int scale = exact ? 4 : 2;
    constexpr int64_t mask = I == Finder::lines ? -static_cast<int64_t>(line) : -1;
    size_t i = 0;
#if CTR_LEVEL == 4
    const __m128i shift = _mm_cvtsi32_si128(static_cast<int>(64 - m.index_bits));
    for (; i < count; i += 8) {
        __mmask8 there = count - i >= 8 ? 0xFF : static_cast<__mmask8>((1u << (count - i)) - 1);
        __m512i at = _mm512_maskz_loadu_epi64(there, keys + i);
        if constexpr (I == Finder::direct)
            at = _mm512_maskz_mov_epi64(_mm512_cmplt_epu64_mask(at, _mm512_set1_epi64(m.slots)), at);
        else
            at = _mm512_srl_epi64(mix(at), shift);
        at = _mm512_and_si512(_mm512_slli_epi64(at, scale), _mm512_set1_epi64(mask));
        _mm512_storeu_si512(where + i, _mm512_add_epi64(_mm512_set1_epi64(reinterpret_cast<intptr_t>(base)), at));
    }
#elif CTR_LEVEL == 3
    if constexpr (I != Finder::direct) {
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
        if constexpr (I == Finder::direct)
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

// The number of the lowest bit; any number below 64 for 0.
INLINE size_t lowest(uint64_t bits) {
#if CTR_LEVEL >= 3
    return static_cast<size_t>(_tzcnt_u64(bits)) & 63;
#else
    return bits == 0 ? 0 : static_cast<size_t>(__builtin_ctzll(bits));
#endif
}

// Slot and weight of the entry of a line that has the key, else 0 (which may also be slot 0 with the weight 0).
INLINE uint64_t find_in_line(const char *entries, uint64_t key) {
#if CTR_LEVEL == 4
    __m512i four = _mm512_load_si512(entries);
    __mmask8 match = _mm512_mask_cmpeq_epi64_mask(0x55, four, _mm512_set1_epi64(static_cast<long long>(key)));
    return static_cast<uint64_t>(_mm_cvtsi128_si64(_mm512_castsi512_si128(_mm512_maskz_compress_epi64(_kadd_mask8(match, match), four))));
#elif CTR_LEVEL == 3
    auto at = reinterpret_cast<const __m256i *>(entries);
    __m256i wanted = _mm256_set1_epi64x(static_cast<long long>(key));
    auto low = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[0], wanted))));
    auto high = static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(at[1], wanted))));
    uint32_t match = (low | high << 4) & 0x55u;
    uint64_t entry = load<uint64_t>(entries + __builtin_ctz(match | 0x40) * 8 + 8);
    return entry & (uint64_t{0} - (match != 0));
#else
    auto at = reinterpret_cast<const Entry *>(entries);
    uint64_t entry = 0;
    for (int e = 0; e < 4; e++) entry |= load<uint64_t>(&at[e].slot) & (uint64_t{0} - (at[e].key == key));
    return entry;
#endif
}

// A row's search.
struct Search {
    size_t count;
    const char *where[max_features + 8]; // what is read first
    uint64_t found[max_features + 8];    // exact: the entries
    uint64_t left[max_features / 64];    // by lines: a bit for each feature that was not in its first line
};

// The line after another one of the exact index.
INLINE const char *next_line(const Model &m, const char *at) {
    auto entries = reinterpret_cast<const char *>(m.entries);
    return at + line == entries + (sizeof(Entry) << m.index_bits) ? entries : at + line;
}

// The second step of a search by lines. Features that are left are taken eight at a time, without a branch for each.
template <Finder I> NOINLINE void look(const Model &m, const uint64_t *keys, Search &search) {
    if constexpr (I != Finder::lines) return;
    for (size_t first = 0; first < search.count; first += 64) {
        const size_t count = std::min<size_t>(64, search.count - first);
        const char *const *where = search.where + first;
        uint64_t *found = search.found + first;
        uint64_t left = 0;
#pragma GCC unroll 4
        for (size_t i = 0; i < count; i++) {
            uint64_t entry = find_in_line(where[i], keys[first + i]);
            found[i] = entry;
            if constexpr (CTR_LEVEL < 4) left |= static_cast<uint64_t>(entry == 0) << i;
        }
#if CTR_LEVEL == 4
        for (size_t i = 0; i < count; i += 8)
            left |= static_cast<uint64_t>(_mm512_testn_epi64_mask(load<__m512i>(found + i), _mm512_set1_epi64(-1))) << i;
        if (count < 64) left &= (uint64_t{1} << count) - 1;
#endif
        search.left[first / 64] = left;
        while (left != 0) {
#pragma GCC unroll 8
            for (int one = 0; one < 8; one++) {
                size_t i = lowest(left);
                const char *next = next_line(m, where[i]);
                prefetch(left == 0 ? where[0] : next);
                left &= left - 1;
            }
        }
    }
}

// The last step: where the vectors of the features start (the slot of zeros if unknown; not asked of kinds without vectors), their linear weights (0 if
// unknown), and a bit for each unknown feature. Writes in whole vectors, zeros beyond the last. Answers how many are unknown.
template <Finder I, bool Vectors>
NOINLINE size_t resolve(const Model &m, const uint64_t *all_keys, Search &search, const char **all_vectors, float *all_weights, uint64_t *all_unknown) {
    constexpr size_t n = register_bytes / 8;
    constexpr bool exact = I == Finder::entries || I == Finder::lines;
    size_t sum = 0;
    for (size_t first = 0; first < search.count; first += 64) {
        const size_t count = std::min<size_t>(64, search.count - first);
        const uint64_t *keys = all_keys + first;
        const char *const *where = search.where + first;
        uint64_t *found = search.found + first;
        const char **vectors = all_vectors + first;
        float *weights = all_weights + first;
        uint32_t computed[64]; // linear weights of slots that are computed
        if constexpr (I == Finder::entries) {
            const Entry *end = m.entries + (size_t{1} << m.index_bits);
            for (size_t i = 0; i < count; i++) {
                auto at = reinterpret_cast<const Entry *>(where[i]);
                uint32_t probes = m.max_probes;
                while (at->key != keys[i] && at->slot != unknown_slot && --probes != 0)
                    if (++at == end) at = m.entries;
                found[i] = at->key == keys[i] ? load<uint64_t>(&at->slot) : not_found;
            }
        } else if constexpr (I == Finder::lines) {
            for (uint64_t left = search.left[first / 64]; left != 0;) {
#pragma GCC unroll 8
                for (int one = 0; one < 8; one++) {
                    // When none is left this is feature 0 again: its next line has nothing for it.
                    size_t i = lowest(left);
                    left &= left - 1;
                    found[i] |= find_in_line(next_line(m, where[i]), keys[i]);
                }
            }
        } else {
#pragma GCC unroll 8
            for (size_t i = 0; i < count; i++) computed[i] = load<uint32_t>(where[i]);
        }
        uint64_t unknown = 0;
        for (size_t i = 0; i < count; i += n) {
#if CTR_LEVEL == 4
            __mmask8 there = count - i >= 8 ? 0xFF : static_cast<__mmask8>((1u << (count - i)) - 1);
            __m512i slots;
            if constexpr (exact)
                slots = _mm512_and_si512(load<__m512i>(found + i), _mm512_set1_epi64(0xFFFFFFFF));
            else if constexpr (I == Finder::direct)
                slots = _mm512_maskz_loadu_epi64(there, keys + i);
            else
                slots = _mm512_srli_epi64(_mm512_sub_epi64(load<__m512i>(where + i), _mm512_set1_epi64(reinterpret_cast<intptr_t>(m.linear))), 2);
            __mmask8 known = _mm512_mask_cmplt_epu64_mask(there, slots, _mm512_set1_epi64(m.slots));
            if constexpr (I == Finder::lines) known = _mm512_mask_test_epi64_mask(known, load<__m512i>(found + i), _mm512_set1_epi64(-1));
            unknown |= static_cast<uint64_t>(static_cast<__mmask8>(~known)) << i;
            __m256i linear;
            if constexpr (exact)
                linear = _mm512_cvtepi64_epi32(_mm512_maskz_srli_epi64(known, load<__m512i>(found + i), 32));
            else
                linear = _mm256_maskz_mov_epi32(known, load<__m256i>(computed + i));
            store(weights + i, linear);
            if constexpr (Vectors) {
                __m512i at = _mm512_add_epi64(_mm512_mul_epu32(slots, _mm512_set1_epi64(m.stride)), _mm512_set1_epi64(reinterpret_cast<intptr_t>(m.weights)));
                store(vectors + i, _mm512_mask_mov_epi64(_mm512_set1_epi64(reinterpret_cast<intptr_t>(m.zero_slot)), known, at));
            }
#else
            for (size_t l = i; l < i + n; l++) {
                uint64_t slot = exact ? static_cast<uint32_t>(found[l])
                    : I == Finder::direct ? (l < count ? keys[l] : 0)
                                             : static_cast<uint64_t>(where[l] - reinterpret_cast<const char *>(m.linear)) >> 2;
                bool known = l < count && slot < m.slots && (I != Finder::lines || found[l] != 0);
                unknown |= static_cast<uint64_t>(!known) << l;
                uint32_t weight = known ? (exact ? static_cast<uint32_t>(found[l] >> 32) : computed[l]) : 0;
                std::memcpy(weights + l, &weight, sizeof weight);
                if constexpr (Vectors) vectors[l] = known ? m.weights + slot * m.stride : m.zero_slot;
            }
#endif
        }
        if (count < 64) unknown &= (uint64_t{1} << count) - 1;
        if constexpr (I == Finder::lines) {
            // A key that is further away, or nowhere; or slot 0 with the weight 0.
            for (uint64_t rest = unknown; rest != 0; rest &= rest - 1) {
                int i = __builtin_ctzll(rest);
                uint64_t entry = probe(m, keys[i]);
                if (entry == not_found) continue;
                unknown ^= uint64_t{1} << i;
                auto weight = static_cast<uint32_t>(entry >> 32);
                std::memcpy(weights + i, &weight, sizeof weight);
                if constexpr (Vectors) vectors[i] = m.weights + (entry & 0xFFFFFFFF) * m.stride;
            }
        }
        all_unknown[first / 64] = unknown;
        sum += static_cast<size_t>(__builtin_popcountll(unknown));
    }
    return sum;
}
