// Vectors as GCC has them (operators and conversions; a * b + c becomes one FMA where the level has it). Included inside the
// namespace of a level.

#define INLINE __attribute__((always_inline)) inline
#define NOINLINE __attribute__((noinline))
#define INLINED __attribute__((always_inline)) // for lambdas

#if CTR_LEVEL == 4
constexpr int register_bytes = 64;
#elif CTR_LEVEL == 3
constexpr int register_bytes = 32;
#else
constexpr int register_bytes = 16;
#endif

template <class T, int N> struct VectorOf {
    typedef T type __attribute__((vector_size(sizeof(T) * N)));
    typedef T unaligned __attribute__((vector_size(sizeof(T) * N), aligned(1), may_alias));
};

template <int N> using Floats = typename VectorOf<float, N>::type;
template <int N> using Doubles = typename VectorOf<double, N>::type;

// The widest register, as 32-bit integers, and as floats.
constexpr int lanes = register_bytes / 4;
using Raw = VectorOf<uint32_t, lanes>::type;
using Wide = Floats<lanes>;

template <class V> INLINE V load(const void *from) {
    typedef V unaligned __attribute__((aligned(1), may_alias));
    return *static_cast<const unaligned *>(from);
}

template <class V> INLINE void store(void *to, V vector) {
    typedef V unaligned __attribute__((aligned(1), may_alias));
    *static_cast<unaligned *>(to) = vector;
}

// Floats to doubles: the lower and the upper half of the widest register.
#if CTR_LEVEL == 4
INLINE Doubles<8> widened(Floats<8> v) { return _mm512_cvtps_pd(v); }
INLINE Doubles<4> widened(Floats<4> v) { return _mm256_cvtps_pd(v); }
INLINE Doubles<8> widened_low(Wide v) { return _mm512_cvtps_pd(_mm512_castps512_ps256(v)); }
INLINE Doubles<8> widened_high(Wide v) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(v, 1)); }
#elif CTR_LEVEL == 3
INLINE Doubles<4> widened(Floats<4> v) { return _mm256_cvtps_pd(v); }
INLINE Doubles<4> widened_low(Wide v) { return _mm256_cvtps_pd(_mm256_castps256_ps128(v)); }
INLINE Doubles<4> widened_high(Wide v) { return _mm256_cvtps_pd(_mm256_extractf128_ps(v, 1)); }
#else
INLINE Doubles<2> widened(Floats<2> v) { return __builtin_convertvector(v, Doubles<2>); }
INLINE Doubles<2> widened_low(Wide v) { return _mm_cvtps_pd(v); }
INLINE Doubles<2> widened_high(Wide v) { return _mm_cvtps_pd(_mm_movehl_ps(v, v)); }
#endif

template <int N, class T> INLINE auto broadcast(T value) {
    return typename VectorOf<T, N>::type{} + value;
}

INLINE void prefetch(const void *address) { _mm_prefetch(static_cast<const char *>(address), _MM_HINT_T0); }

// The sum of the lanes, halves on halves.
template <int N> INLINE double total_of(Doubles<N> v) {
    if constexpr (N == 1) {
        return v[0];
    } else if constexpr (N == 2) {
        return v[0] + v[1];
    } else {
        return total_of<N / 2>(load<Doubles<N / 2>>(&v) + load<Doubles<N / 2>>(reinterpret_cast<const char *>(&v) + sizeof v / 2));
    }
}

// The same of floats, in double.
template <int N> INLINE double sum(Floats<N> v) {
    if constexpr (N > 4) {
        return total_of<N / 2>(
            widened(load<Floats<N / 2>>(&v)) + widened(load<Floats<N / 2>>(reinterpret_cast<const char *>(&v) + sizeof v / 2)));
    } else {
        return (static_cast<double>(v[0]) + v[1]) + (static_cast<double>(v[2]) + v[3]);
    }
}

// Stored elements as floats. int8 comes without its scale.
template <WeightType T, int N> INLINE Floats<N> elements(const char *from) {
    if constexpr (T == WeightType::f32) {
        return load<Floats<N>>(from);
    } else if constexpr (T == WeightType::bf16) {
        auto bits = __builtin_convertvector(load<typename VectorOf<uint16_t, N>::type>(from), typename VectorOf<uint32_t, N>::type) << 16;
        return reinterpret_cast<Floats<N>>(bits);
    } else {
        auto integers = __builtin_convertvector(load<typename VectorOf<int8_t, N>::type>(from), typename VectorOf<int32_t, N>::type);
        return __builtin_convertvector(integers, Floats<N>);
    }
}

template <WeightType T> constexpr size_t sizeof_element = T == WeightType::f32 ? 4 : T == WeightType::bf16 ? 2 : 1;
