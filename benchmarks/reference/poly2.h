// POLY2: the sum over i < j of w[h(key_i, key_j)] x_i x_j. The hashes of a row are worked out, and their lines fetched, while the
// weights of the row before are read. Weights are gathered into an array first: it is added up in vectors, in double.

INLINE uint64_t pair_mix(uint64_t a, uint64_t b) { return mix(std::min(a, b) * 0x9E3779B97F4A7C15 + std::max(a, b)); }

// The entries of the pairs of a row, i by i, each i's run of j > i written in whole vectors (room for 16 more is needed).
INLINE size_t pair_entries(const Model &m, const uint64_t *keys, size_t count, uint32_t *entries) {
    const int bits = static_cast<int>(m.pair_bits);
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        size_t j = i + 1;
#if CTR_LEVEL == 4
        const __m512i key = _mm512_set1_epi64(static_cast<long long>(keys[i])), spread = _mm512_set1_epi64(static_cast<long long>(0x9E3779B97F4A7C15));
        const __m128i shift = _mm_cvtsi32_si128(64 - bits);
        for (; j < count; j += 8) {
            __mmask8 there = count - j >= 8 ? 0xFF : static_cast<__mmask8>((1u << (count - j)) - 1);
            __m512i other = _mm512_maskz_loadu_epi64(there, keys + j);
            __m512i low = _mm512_min_epu64(key, other), high = _mm512_max_epu64(key, other);
            __m512i hash = _mm512_srl_epi64(mix(_mm512_add_epi64(_mm512_mullo_epi64(low, spread), high)), shift);
            _mm256_storeu_si256(reinterpret_cast<__m256i *>(entries + at), _mm512_cvtepi64_epi32(hash));
            at += static_cast<size_t>(__builtin_popcount(there));
        }
#elif CTR_LEVEL == 3
        const __m256i key = _mm256_set1_epi64x(static_cast<long long>(keys[i])), sign = _mm256_set1_epi64x(INT64_MIN);
        const __m128i shift = _mm_cvtsi32_si128(64 - bits);
        for (; j + 4 <= count; j += 4) {
            __m256i other = _mm256_loadu_si256(reinterpret_cast<const __m256i *>(keys + j));
            __m256i above = _mm256_cmpgt_epi64(_mm256_xor_si256(key, sign), _mm256_xor_si256(other, sign));
            __m256i low = _mm256_blendv_epi8(key, other, above), high = _mm256_blendv_epi8(other, key, above);
            __m256i hash = _mm256_srl_epi64(mix(_mm256_add_epi64(multiply(low, 0x9E3779B97F4A7C15), high)), shift);
            hash = _mm256_permutevar8x32_epi32(hash, _mm256_setr_epi32(0, 2, 4, 6, 0, 0, 0, 0));
            _mm_storeu_si128(reinterpret_cast<__m128i *>(entries + at), _mm256_castsi256_si128(hash));
            at += 4;
        }
#endif
        for (; j < count; j++) entries[at++] = static_cast<uint32_t>((pair_mix(keys[i], keys[j]) >> 1) >> (63 - bits));
    }
    return at;
}

// Weights of 1, 2 or 4 bytes, as stored.
template <WeightType T> using Stored = std::conditional_t<T == WeightType::f32, float, std::conditional_t<T == WeightType::bf16, uint16_t, int8_t>>;

// The sum over the pairs; weights has zeros up to the next multiple of 16.
template <WeightType T> INLINE double pair_sum(const Model &m, const Stored<T> *weights, const float *values, size_t count) {
    constexpr int n = lanes / 2;
    double result = 0;
    if (values == nullptr) {
        size_t pairs = count * (count - 1) / 2;
        Doubles<n> total[4] = {};
        for (size_t p = 0; p < pairs; p += 4 * n)
            for (int u = 0; u < 4; u++)
                total[u] += __builtin_convertvector(elements<T, n>(reinterpret_cast<const char *>(weights + p) + static_cast<size_t>(u * n) * sizeof(*weights)), Doubles<n>);
        result = total_of<n>((total[0] + total[1]) + (total[2] + total[3]));
    } else {
        size_t p = 0;
        for (size_t i = 0; i + 1 < count; i++) {
            size_t j = i + 1;
            Doubles<n> total{};
            for (; j + n <= count; j += n, p += n)
                total += __builtin_convertvector(elements<T, n>(reinterpret_cast<const char *>(weights + p)), Doubles<n>) *
                    __builtin_convertvector(load<Floats<n>>(values + j), Doubles<n>);
            double one = 0;
            for (; j < count; j++, p++) {
                double w;
                if constexpr (T == WeightType::bf16) {
                    uint32_t bits = static_cast<uint32_t>(weights[p]) << 16;
                    w = load<float>(&bits);
                } else {
                    w = static_cast<double>(weights[p]);
                }
                one += w * values[j];
            }
            result += (one + total_of<n>(total)) * values[i];
        }
    }
    return T == WeightType::int8 ? result * m.pair_scale : result;
}
