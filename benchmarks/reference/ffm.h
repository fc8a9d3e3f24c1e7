// Field-aware factorization machines, for at most one feature a field: sum over fields f < g of <x_f v_{f,g}, x_g v_{g,f}>. Missing fields and
// unknown features are slots of zeros, so that there is one form. Fields go in blocks (blocks.h), column by column: column b pairs the rows of
// block b with those of the blocks before it. So a row's slots are needed one after the other, and prefetching can run half a row
// ahead of the computation instead of a whole one, which is what the first-level cache holds.
//
// Error in units of 2^-24 of the magnitudes: a float sum takes at most 10 products, joining the sums at most 3 roundings (4 with factors),
// scaling one side 1 or 2; everything longer is added up in double. At most 16.

// What is to be fetched while a row is computed: the slots of features that come later, and with each a line of the index. The two lists stand
// `index_at` apart, so that one register walks both. Lines: of a slot, if known when compiling, else 0.
constexpr size_t index_at = 2 * (max_features + 16);

template <int Lines> struct Ahead {
    const char *const *next, *const *end;
    uint32_t lines;

    INLINE void step() {
        if (next == end) return;
        const char *at = next[0];
        prefetch(next[index_at]);
        next++;
        if constexpr (Lines != 0) {
#pragma GCC unroll 40
            for (int l = 0; l < Lines; l++) prefetch(at + l * line);
        } else {
            for (const char *last = at + lines * line; at < last; at += line) prefetch(at);
        }
    }

    INLINE void finish() {
        while (next != end) step();
    }
};

// The products of two registers of latent elements, added to a sum; x has the factors of one side. Two sums where that saves an operation.
template <WeightType T, bool Valued> struct Products;

template <bool Valued> struct Products<WeightType::f32, Valued> {
    static constexpr int sums = 1, chain = 1;

    static INLINE void add(Wide *sum, Raw a, Raw b, Wide x) {
        auto left = reinterpret_cast<Wide>(a), right = reinterpret_cast<Wide>(b);
        sum[0] += (Valued ? left * x : left) * right;
    }
};

// The halves of a 32-bit lane are two bf16: one becomes a float by a shift, the other by a mask. Their order does not matter to a sum.
template <bool Valued> struct Products<WeightType::bf16, Valued> {
    static constexpr int sums = Valued ? 1 : 2, chain = 1;

    static INLINE void add(Wide *sum, Raw a, Raw b, Wide x) {
        auto a0 = reinterpret_cast<Wide>(a << 16), a1 = reinterpret_cast<Wide>(a & 0xFFFF0000);
        auto b0 = reinterpret_cast<Wide>(b << 16), b1 = reinterpret_cast<Wide>(b & 0xFFFF0000);
        if constexpr (Valued) {
            sum[0] += (a0 * b0 + a1 * b1) * x;
        } else {
            sum[0] += a0 * b0;
            sum[1] += a1 * b1;
        }
    }
};

// Bytes are multiplied as 16-bit integers, even and odd ones apart, and added up to 256 times the product of the 32-bit lane, which is exact as an
// integer and as a float: at most 4 * 256 * 2^14 = 2^24. x has the scales, and 1/256.
template <bool Valued> struct Products<WeightType::int8, Valued> {
    static constexpr int sums = 1, chain = 1;
    using Words = VectorOf<int16_t, lanes * 2>::type;

    static INLINE Raw multiply(Words a, Words b) {
#if CTR_LEVEL == 4
        return reinterpret_cast<Raw>(_mm512_madd_epi16(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
#elif CTR_LEVEL == 3
        return reinterpret_cast<Raw>(_mm256_madd_epi16(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
#else
        return reinterpret_cast<Raw>(_mm_madd_epi16(reinterpret_cast<__m128i>(a), reinterpret_cast<__m128i>(b)));
#endif
    }

    static INLINE void add(Wide *sum, Raw a, Raw b, Wide x) {
        auto left = reinterpret_cast<Words>(a), right = reinterpret_cast<Words>(b);
        Words left0 = left << 8, left1 = reinterpret_cast<Words>(a & 0xFF00FF00);
        Words right0 = (right << 8) >> 8, right1 = right >> 8;
        Raw products = multiply(left0, right0) + multiply(left1, right1);
        sum[0] += __builtin_convertvector(reinterpret_cast<VectorOf<int32_t, lanes>::type>(products), Wide) * x;
    }
};

template <int Count> INLINE Wide add_up(const Wide *v) {
    if constexpr (Count == 1)
        return v[0];
    else
        return add_up<Count / 2>(v) + add_up<Count - Count / 2>(v + Count / 2);
}

INLINE void add_wide(Doubles<lanes / 2> &total, Wide v) {
    total += widened_low(v) + widened_high(v);
}

// The factors of a block of rows: value, and scale where there is one. Valued without values: all 1.
template <WeightType T, int N> INLINE void factors(const Model &m, const char *const *rows, const float *values, float *x) {
    for (int j = 0; j < N; j++) {
        float v = values == nullptr ? 1 : values[j];
        if constexpr (T == WeightType::int8) v *= load<float>(rows[j] + m.scale_offset);
        x[j] = v;
    }
}

// The pairs of a row whose latent vectors are smaller than a register. `slot` and `values` have an element for every field and zeros up to the
// next multiple of 8.
template <WeightType T, int V, bool Valued, int Lines>
double ffm_blocks(const Model &m, const char *const *slot, const float *values, Ahead<Lines> ahead) {
    using B = Block<V>;
    using P = Products<T, Valued>;
    constexpr int n = B::fields, registers = B::registers, part = registers / B::parts;
    constexpr int unroll = n == 2 ? 2 : 1;                   // at least four chains
    constexpr size_t bytes = static_cast<size_t>(n) * V;
    constexpr int segment = (Valued ? 8 : 9) * unroll;       // blocks in a float sum, beside the diagonal one
    constexpr int steps = n == 8 ? 4 : 1; // fetches for a block, so that a row of 39 fields makes all 40 before it ends
    const int blocks = (static_cast<int>(m.fields) + n - 1) / n;
    Wide spread[Valued ? max_features / n + 1 : 1];
    Doubles<lanes / 2> total{};
    for (int b = 0; b < blocks; b++) {
        const char *const *rows = slot + b * n;
        const size_t own = static_cast<size_t>(b) * bytes; // bytes to a slot's vectors for block b
        float x[16] = {};
        if constexpr (Valued) {
            factors<T, n>(m, rows, values == nullptr ? nullptr : values + b * n, x);
            Wide s = B::spread(x);
            spread[b] = T == WeightType::int8 ? s * (1.0f / 256) : s;
        }
        Wide sums[unroll][registers][P::sums] = {};
        // The pairs of block b with the block of `others`, whose vectors are at `offset`.
        auto block = [&](auto accumulator, const char *const *others, size_t offset, const Wide *factors_of_others, bool diagonal) INLINED {
            constexpr int u = decltype(accumulator)::value;
            auto one_part = [&](auto which) INLINED {
                constexpr int p = decltype(which)::value;
                Raw t[part];
                B::template transposed<p>(others, own, t);
                Wide factor{};
                if constexpr (Valued) factor = *factors_of_others;
                for (int r = 0; r < part; r++) {
                    Raw direct = B::direct(rows, p * part + r, offset);
                    if (diagonal) direct &= B::diagonal(p * part + r);
                    P::add(sums[u][p * part + r], direct, t[r], factor);
                }
            };
            one_part(std::integral_constant<int, 0>{});
            if constexpr (B::parts == 2) one_part(std::integral_constant<int, 1>{});
        };
        constexpr auto first = std::integral_constant<int, 0>{};
        constexpr auto second = std::integral_constant<int, unroll - 1>{};
        block(first, rows, own, spread + (Valued ? b : 0), true);
        const char *const *others = slot;
        const Wide *factor = spread;
        size_t offset = 0;
        for (;;) {
            const size_t end = std::min(own, offset + segment * bytes);
            for (; offset + unroll * bytes <= end; offset += unroll * bytes) {
                block(first, others, offset, factor, false);
                if constexpr (unroll == 2) block(second, others + n, offset + bytes, factor + 1, false);
                others += unroll * n;
                if constexpr (Valued) factor += unroll;
                for (int s = 0; s < steps; s++) ahead.step();
            }
            if (unroll == 2 && offset < end) {
                block(first, others, offset, factor, false);
                others += n, factor += Valued, offset += bytes;
            }
            Wide joined[registers];
            for (int r = 0; r < registers; r++) {
                joined[r] = add_up<P::sums>(sums[0][r]);
                if constexpr (unroll == 2) joined[r] += add_up<P::sums>(sums[1][r]);
                if constexpr (Valued) joined[r] *= B::factor(x, r);
            }
            add_wide(total, add_up<registers>(joined));
            if (offset == own) break;
            for (auto &u : sums)
                for (auto &r : u)
                    for (auto &s : r) s = Wide{};
        }
    }
    ahead.finish();
    return total_of<lanes / 2>(total);
}

// The same where a latent vector is one or more registers: pair by pair.
template <WeightType T, int V, bool Valued, int Lines>
double ffm_pairs(const Model &m, const char *const *slot, const float *values, Ahead<Lines> ahead) {
    using P = Products<T, Valued>;
    constexpr int pieces = V / register_bytes, unroll = 4 / pieces;
    constexpr int segment = 32 / pieces / unroll * unroll; // pairs in the four float sums
    constexpr int every = 16;
    const int fields = static_cast<int>(m.fields);
    float x[Valued ? max_features + 8 : 1];
    Doubles<lanes / 2> total{};
    for (int b = 0; b < fields; b++) {
        const char *row = slot[b];
        if constexpr (Valued) {
            factors<T, 1>(m, slot + b, values == nullptr ? nullptr : values + b, x + b);
        }
        for (int a = 0; a < b;) {
            Wide sums[4][P::sums] = {};
            auto pair = [&](auto which, int other) INLINED {
                constexpr int u = decltype(which)::value;
                Wide factor{};
                if constexpr (Valued) factor = broadcast<lanes>(T == WeightType::int8 ? x[other] * (1.0f / 256) : x[other]);
                for (int p = 0; p < pieces; p++)
                    P::add(sums[u * pieces + p], load<Raw>(row + static_cast<size_t>(other) * V + p * register_bytes),
                        load<Raw>(slot[other] + static_cast<size_t>(b) * V + p * register_bytes), factor);
            };
            int end = std::min(b, a + segment);
            for (int next = a; a + unroll <= end; a += unroll) {
                pair(std::integral_constant<int, 0>{}, a);
                if constexpr (unroll >= 2) pair(std::integral_constant<int, 1>{}, a + 1);
                if constexpr (unroll >= 4) {
                    pair(std::integral_constant<int, 2>{}, a + 2);
                    pair(std::integral_constant<int, 3>{}, a + 3);
                }
                if (a >= next) {
                    ahead.step();
                    next += every;
                }
            }
            for (; a < end; a++) pair(std::integral_constant<int, 0>{}, a);
            Wide joined = add_up<4 * P::sums>(sums[0]);
            if constexpr (Valued) joined *= broadcast<lanes>(x[b]);
            add_wide(total, joined);
        }
    }
    ahead.finish();
    return total_of<lanes / 2>(total);
}

template <WeightType T, int K, bool Valued, int Lines>
INLINE double ffm_row(const Model &m, const char *const *slot, const float *values, const Ahead<Lines> &ahead) {
    constexpr int v = K * (T == WeightType::f32 ? 4 : T == WeightType::bf16 ? 2 : 1);
    if constexpr (v < register_bytes)
        return ffm_blocks<T, v, Valued, Lines>(m, slot, values, ahead);
    else
        return ffm_pairs<T, v, Valued, Lines>(m, slot, values, ahead);
}

// A feature beyond the first of its field.
struct Extra {
    const char *slot;
    uint32_t field;
    float value;
};

// Adds <a, b> x to a float sum of few products.
template <WeightType T, int K> INLINE void add_pair(Floats<4> &sum, const char *a, const char *b, float x) {
    for (int p = 0; p < K; p += 4) {
        size_t at = static_cast<size_t>(p) * sizeof_element<T>;
        sum += elements<T, 4>(a + at) * x * elements<T, 4>(b + at);
    }
}

// The pairs of the extras with the first features of all fields and with each other, pair by pair.
template <WeightType T, int K> double extra_pairs(const Model &m, const char *const *slot, const float *values, const Extra *extras, size_t count) {
    constexpr size_t bytes = K * sizeof_element<T>;
    constexpr uint32_t in_a_sum = 32 / K; // at most 8 products in a lane
    double total = 0;
    for (size_t e = 0; e < count; e++) {
        const Extra &extra = extras[e];
        const size_t own = extra.field * bytes;
        Doubles<4> sum{};
        for (uint32_t first = 0; first < m.fields; first += in_a_sum) {
            Floats<4> part{};
            for (uint32_t f = first; f < std::min(first + in_a_sum, m.fields); f++) {
                float x;
                factors<T, 1>(m, slot + f, values == nullptr ? nullptr : values + f, &x);
                add_pair<T, K>(part, extra.slot + f * bytes, slot[f] + own, x);
            }
            sum += __builtin_convertvector(part, Doubles<4>);
        }
        for (size_t d = 0; d < e; d++) {
            Floats<4> part{};
            float x;
            factors<T, 1>(m, &extras[d].slot, &extras[d].value, &x);
            add_pair<T, K>(part, extra.slot + extras[d].field * bytes, extras[d].slot + own, x);
            sum += __builtin_convertvector(part, Doubles<4>);
        }
        float x;
        factors<T, 1>(m, &extra.slot, &extra.value, &x);
        total += ((sum[0] + sum[1]) + (sum[2] + sum[3])) * x;
    }
    return total;
}
