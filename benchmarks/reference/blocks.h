// Blocks of N x N latent vectors of V bytes. Rows (features) of one block of fields look at the N vectors for the fields of another
// block, N V bytes side by side. For sum <v_{i,f_j}, v_{j,f_i}> one side must be transposed, vector by vector:
// that is what the register shuffles do.
//
//     registers         of a block of rows; register r has row r, or where rows are half a register, rows r and r + N/2
//     direct(...)       register r as it stands in memory
//     transposed(...)   the registers of the other side, so that their lanes meet those of the direct side. In parts, where
//                       registers are scarce
//     spread(x)         the factors of the other side's N features, in the lanes of their vectors
//     factor(x, r)      the factors of the rows in register r
//     diagonal(r)       a mask that keeps, within a block, each pair once and no feature with itself

template <int V> struct Block;

template <int V, int N> INLINE Raw lanes_above(int row) {
    Raw mask{};
    for (int l = 0; l < lanes; l++) mask[l] = l * 4 / V > row ? 0xFFFFFFFF : 0;
    return mask;
}

#if CTR_LEVEL == 4

// 4 x 4 of 128-bit lanes.
INLINE void transpose_lanes(Raw &r0, Raw &r1, Raw &r2, Raw &r3) {
    auto a = reinterpret_cast<__m512i>(r0), b = reinterpret_cast<__m512i>(r1), c = reinterpret_cast<__m512i>(r2), d = reinterpret_cast<__m512i>(r3);
    __m512i even0 = _mm512_shuffle_i32x4(a, b, 0x88), even1 = _mm512_shuffle_i32x4(c, d, 0x88);
    __m512i odd0 = _mm512_shuffle_i32x4(a, b, 0xDD), odd1 = _mm512_shuffle_i32x4(c, d, 0xDD);
    r0 = reinterpret_cast<Raw>(_mm512_shuffle_i32x4(even0, even1, 0x88));
    r1 = reinterpret_cast<Raw>(_mm512_shuffle_i32x4(odd0, odd1, 0x88));
    r2 = reinterpret_cast<Raw>(_mm512_shuffle_i32x4(even0, even1, 0xDD));
    r3 = reinterpret_cast<Raw>(_mm512_shuffle_i32x4(odd0, odd1, 0xDD));
}

INLINE Raw low64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm512_unpacklo_epi64(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b))); }
INLINE Raw high64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm512_unpackhi_epi64(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b))); }
INLINE Raw low32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm512_unpacklo_epi32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b))); }
INLINE Raw high32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm512_unpackhi_epi32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b))); }

// A register a row.
template <int V> struct WholeBlock {
    static constexpr int fields = register_bytes / V, registers = fields, parts = 1;

    static INLINE Raw direct(const char *const *rows, int r, size_t offset) { return load<Raw>(rows[r] + offset); }

    static INLINE Wide spread(const float *x) {
        Raw index;
        for (int l = 0; l < lanes; l++) index[l] = static_cast<uint32_t>(l * 4 / V);
        return _mm512_permutexvar_ps(reinterpret_cast<__m512i>(index), load<__m512>(x));
    }

    static INLINE Wide factor(const float *x, int r) { return broadcast<lanes>(x[r]); }
    static INLINE Raw diagonal(int r) { return lanes_above<V, fields>(r); }
};

template <> struct Block<32> : WholeBlock<32> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        auto a = load<__m512i>(rows[0] + offset), b = load<__m512i>(rows[1] + offset);
        t[0] = reinterpret_cast<Raw>(_mm512_shuffle_i64x2(a, b, 0x44));
        t[1] = reinterpret_cast<Raw>(_mm512_shuffle_i64x2(a, b, 0xEE));
    }
};

template <> struct Block<16> : WholeBlock<16> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        for (int r = 0; r < 4; r++) t[r] = load<Raw>(rows[r] + offset);
        transpose_lanes(t[0], t[1], t[2], t[3]);
    }
};

template <> struct Block<8> : WholeBlock<8> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw even[4], odd[4];
        for (int p = 0; p < 4; p++) {
            Raw a = load<Raw>(rows[2 * p] + offset), b = load<Raw>(rows[2 * p + 1] + offset);
            even[p] = low64(a, b);
            odd[p] = high64(a, b);
        }
        transpose_lanes(even[0], even[1], even[2], even[3]);
        transpose_lanes(odd[0], odd[1], odd[2], odd[3]);
        for (int p = 0; p < 4; p++) t[2 * p] = even[p], t[2 * p + 1] = odd[p];
    }
};

// Two half rows a register: with 16 vectors a register, blocks of 16 would be mostly padding.
template <> struct Block<4> {
    static constexpr int fields = 8, registers = 4, parts = 1;

    static INLINE Raw direct(const char *const *rows, int r, size_t offset) {
        return reinterpret_cast<Raw>(_mm512_inserti64x4(
            _mm512_castsi256_si512(load<__m256i>(rows[r] + offset)), load<__m256i>(rows[r + 4] + offset), 1));
    }

    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw a = direct(rows, 0, offset), b = direct(rows, 1, offset), c = direct(rows, 2, offset), d = direct(rows, 3, offset);
        Raw ab0 = low32(a, b), ab1 = high32(a, b), cd0 = low32(c, d), cd1 = high32(c, d);
        t[0] = low64(ab0, cd0), t[1] = high64(ab0, cd0), t[2] = low64(ab1, cd1), t[3] = high64(ab1, cd1);
        for (int r = 0; r < 4; r++)
            t[r] = reinterpret_cast<Raw>(_mm512_shuffle_i32x4(reinterpret_cast<__m512i>(t[r]), reinterpret_cast<__m512i>(t[r]), 0xD8));
    }

    static INLINE Wide spread(const float *x) {
        return reinterpret_cast<Wide>(_mm512_broadcast_f32x8(load<__m256>(x)));
    }

    static INLINE Wide factor(const float *x, int r) {
        return reinterpret_cast<Wide>(_mm512_insertf32x8(_mm512_castps256_ps512(_mm256_set1_ps(x[r])), _mm256_set1_ps(x[r + 4]), 1));
    }

    static INLINE Raw diagonal(int r) {
        Raw mask{};
        for (int l = 0; l < 16; l++) mask[l] = l % 8 > (l < 8 ? r : r + 4) ? 0xFFFFFFFF : 0;
        return mask;
    }
};

#elif CTR_LEVEL == 3

template <int V> struct WholeBlock {
    static constexpr int fields = register_bytes / V, registers = fields, parts = 1;

    static INLINE Raw direct(const char *const *rows, int r, size_t offset) { return load<Raw>(rows[r] + offset); }

    static INLINE Wide spread(const float *x) {
        Raw index;
        for (int l = 0; l < lanes; l++) index[l] = static_cast<uint32_t>(l * 4 / V);
        return _mm256_permutevar8x32_ps(load<__m256>(x), reinterpret_cast<__m256i>(index));
    }

    static INLINE Wide factor(const float *x, int r) { return broadcast<lanes>(x[r]); }
    static INLINE Raw diagonal(int r) { return lanes_above<V, fields>(r); }
};

INLINE Raw low64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_unpacklo_epi64(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b))); }
INLINE Raw high64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_unpackhi_epi64(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b))); }
INLINE Raw low32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_unpacklo_epi32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b))); }
INLINE Raw high32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_unpackhi_epi32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b))); }
INLINE Raw low128(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_permute2x128_si256(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b), 0x20)); }
INLINE Raw high128(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm256_permute2x128_si256(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b), 0x31)); }

template <> struct Block<16> : WholeBlock<16> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw a = load<Raw>(rows[0] + offset), b = load<Raw>(rows[1] + offset);
        t[0] = low128(a, b), t[1] = high128(a, b);
    }
};

template <> struct Block<8> : WholeBlock<8> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw a = load<Raw>(rows[0] + offset), b = load<Raw>(rows[1] + offset), c = load<Raw>(rows[2] + offset), d = load<Raw>(rows[3] + offset);
        Raw ab0 = low64(a, b), ab1 = high64(a, b), cd0 = low64(c, d), cd1 = high64(c, d);
        t[0] = low128(ab0, cd0), t[1] = low128(ab1, cd1), t[2] = high128(ab0, cd0), t[3] = high128(ab1, cd1);
    }
};

// 8 x 8 in two parts of four registers, so that sums, parts and temporaries fit into 16.
template <> struct Block<4> : WholeBlock<4> {
    static constexpr int parts = 2;

    template <int part> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        auto half = [&](int r) {
            const char *low = rows[r] + offset + part * 16, *high = rows[r + 4] + offset + part * 16;
            return reinterpret_cast<Raw>(_mm256_inserti128_si256(_mm256_castsi128_si256(load<__m128i>(low)), load<__m128i>(high), 1));
        };
        Raw a = half(0), b = half(1), c = half(2), d = half(3);
        Raw ab0 = low32(a, b), ab1 = high32(a, b), cd0 = low32(c, d), cd1 = high32(c, d);
        t[0] = low64(ab0, cd0), t[1] = high64(ab0, cd0), t[2] = low64(ab1, cd1), t[3] = high64(ab1, cd1);
    }
};

#else

template <int V> struct WholeBlock {
    static constexpr int fields = register_bytes / V, registers = fields, parts = 1;

    static INLINE Raw direct(const char *const *rows, int r, size_t offset) { return load<Raw>(rows[r] + offset); }

    static INLINE Wide spread(const float *x) {
        if constexpr (V == 4)
            return load<Wide>(x);
        else
            return Wide{x[0], x[0], x[1], x[1]};
    }

    static INLINE Wide factor(const float *x, int r) { return broadcast<lanes>(x[r]); }
    static INLINE Raw diagonal(int r) { return lanes_above<V, fields>(r); }
};

INLINE Raw low64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm_unpacklo_epi64(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b))); }
INLINE Raw high64(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm_unpackhi_epi64(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b))); }
INLINE Raw low32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm_unpacklo_epi32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b))); }
INLINE Raw high32(Raw a, Raw b) { return reinterpret_cast<Raw>(_mm_unpackhi_epi32(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b))); }

template <> struct Block<8> : WholeBlock<8> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw a = load<Raw>(rows[0] + offset), b = load<Raw>(rows[1] + offset);
        t[0] = low64(a, b), t[1] = high64(a, b);
    }
};

template <> struct Block<4> : WholeBlock<4> {
    template <int> static INLINE void transposed(const char *const *rows, size_t offset, Raw *t) {
        Raw a = load<Raw>(rows[0] + offset), b = load<Raw>(rows[1] + offset), c = load<Raw>(rows[2] + offset), d = load<Raw>(rows[3] + offset);
        Raw ab0 = low32(a, b), ab1 = high32(a, b), cd0 = low32(c, d), cd1 = high32(c, d);
        t[0] = low64(ab0, cd0), t[1] = high64(ab0, cd0), t[2] = low64(ab1, cd1), t[3] = high64(ab1, cd1);
    }
};

#endif
