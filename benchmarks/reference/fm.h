// Factorization machines and matrix factorization: sum over i < j of <x_i v_i, x_j v_j>, as a tree. A node has the sum S of its vectors and the sum P
// of their pairs; two nodes make one by S = S_a + S_b, P = P_a + P_b + S_a S_b. In units of 2^-24 of the pairs' magnitudes: a product in a tree of 16
// has at most 7 roundings and S at most 4; joining the trees 16, 16, 8, 4, 2, 1 of up to 47 features makes it at most 16 in the worst order, and scaling the
// vectors at most 4 more: to first order a little beyond the library's budget of 16, which the library keeps by joining the smallest trees first. Longer rows join such groups in double. The textbook's (S^2 - Q) / 2 has no such bound.

template <int N> struct Node {
    Floats<N> sum, pairs;
};

template <WeightType T, int N, bool Valued> INLINE Floats<N> scaled(const char *const *slots, const float *values, size_t i, size_t offset, size_t scale) {
    Floats<N> v = elements<T, N>(slots[i] + offset);
    if constexpr (T == WeightType::int8) {
        float s = load<float>(slots[i] + scale);
        return v * (Valued ? s * values[i] : s);
    } else {
        return Valued ? v * values[i] : v;
    }
}

template <WeightType T, int N, bool Valued, int Count>
INLINE Node<N> tree(const char *const *slots, const float *values, size_t i, size_t offset, size_t scale) {
    if constexpr (Count == 1) {
        return {scaled<T, N, Valued>(slots, values, i, offset, scale), Floats<N>{}};
    } else if constexpr (Count == 2) {
        Floats<N> a = scaled<T, N, Valued>(slots, values, i, offset, scale), b = scaled<T, N, Valued>(slots, values, i + 1, offset, scale);
        return {a + b, a * b};
    } else {
        Node<N> a = tree<T, N, Valued, Count / 2>(slots, values, i, offset, scale);
        Node<N> b = tree<T, N, Valued, Count / 2>(slots, values, i + Count / 2, offset, scale);
        return {a.sum + b.sum, a.sum * b.sum + (a.pairs + b.pairs)};
    }
}

template <int N> INLINE void join(Node<N> &into, const Node<N> &other) {
    into.pairs = into.sum * other.sum + (into.pairs + other.pairs);
    into.sum += other.sum;
}

// The pairs of some features over N elements of their vectors, at `offset` bytes into the slots.
template <WeightType T, int N, bool Valued>
INLINE double fm_pairs(const char *const *slots, const float *values, size_t count, size_t offset, size_t scale) {
    constexpr size_t group = 47;
    size_t i = 0;
    Doubles<N> before{}, total{};
    for (;;) {
        size_t end = count - i > group ? i + 32 : count;
        Node<N> node{};
        for (; i + 16 <= end; i += 16) join(node, tree<T, N, Valued, 16>(slots, values, i, offset, scale));
        if (end - i >= 8) join(node, tree<T, N, Valued, 8>(slots, values, i, offset, scale)), i += 8;
        if (end - i >= 4) join(node, tree<T, N, Valued, 4>(slots, values, i, offset, scale)), i += 4;
        if (end - i >= 2) join(node, tree<T, N, Valued, 2>(slots, values, i, offset, scale)), i += 2;
        if (end - i >= 1) join(node, tree<T, N, Valued, 1>(slots, values, i, offset, scale)), i += 1;
        if (i == count && count <= group) return sum<N>(node.pairs);
        Doubles<N> s = __builtin_convertvector(node.sum, Doubles<N>);
        total += __builtin_convertvector(node.pairs, Doubles<N>) + s * before;
        before += s;
        if (i == count) break;
    }
    return total_of<N>(total);
}

template <WeightType T, int K, bool Valued> INLINE double fm_row(const Model &m, const char *const *slots, const float *values, size_t count) {
    constexpr int width = K < lanes ? K : lanes;
    double total = 0;
    for (int chunk = 0; chunk < K; chunk += width)
        total += fm_pairs<T, width, Valued>(slots, values, count, static_cast<size_t>(chunk) * m.element_size(), m.scale_offset);
    return total;
}
