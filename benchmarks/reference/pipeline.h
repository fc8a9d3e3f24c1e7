// Scoring a batch: rows in chunks (at least one row, and at most 64 features where there are more), and for the chunk in hand three stages
// behind each other: the index lines of the chunk after next are fetched, the next one's slots are found and fetched, this one
// is computed. Chunks keep enough fetches in flight when rows are short.

constexpr size_t chunk_features = 64;
constexpr size_t capacity = max_features + 16;

INLINE uint64_t chunk_end(const Rows &rows, uint64_t row) {
    if (row >= rows.count) return rows.count;
    uint64_t limit = rows.offsets[row] + chunk_features, end = row + 1;
    while (end < rows.count && rows.offsets[end + 1] <= limit) end++;
    return end;
}

// Sum of w x; values may be NULL.
INLINE double linear_sum(const float *weights, const float *values, size_t count) {
    constexpr int n = lanes / 2;
    Doubles<n> total{};
    size_t i = 0;
    for (; i + n <= count; i += n) {
        Doubles<n> w = widened(load<Floats<n>>(weights + i));
        total += values == nullptr ? w : w * widened(load<Floats<n>>(values + i));
    }
    double result = 0;
    for (; i < count; i++) result += values == nullptr ? static_cast<double>(weights[i]) : static_cast<double>(weights[i]) * values[i];
    for (int l = 0; l < n; l++) result += total[l];
    return result;
}

INLINE float finished(const Model &m, const Rows &rows, uint64_t row, double logit) {
    // A float product that overflowed: once more in double.
    return static_cast<float>(std::isfinite(logit) ? logit : exact_logit(m, rows, row).logit);
}

// ---- lr, mf, fm: features have no fields ---------------------------------------------------------------------------------

struct Chunk {
    uint64_t row, end;
    size_t count;
    const char *where[capacity];
    float weights[capacity];
    const char *vectors[capacity];
};

template <IndexKind I> INLINE void locate_chunk(const Model &m, const Rows &rows, uint64_t row, Chunk &chunk) {
    chunk.row = row;
    chunk.end = chunk_end(rows, row);
    if (row >= rows.count) {
        chunk.count = 0;
        return;
    }
    uint64_t start = rows.offsets[row];
    chunk.count = rows.offsets[chunk.end] - start;
    locate<I>(m, rows.keys + start, chunk.count, chunk.where);
    for (size_t i = 0; i < chunk.count; i++) prefetch(chunk.where[i]);
}

template <IndexKind I, bool Vectors> INLINE void resolve_chunk(const Model &m, const Rows &rows, Chunk &chunk) {
    if (chunk.count == 0) return;
    uint64_t unknown[max_features / 64];
    resolve<I, Vectors>(m, rows.keys + rows.offsets[chunk.row], chunk.where, chunk.count, chunk.vectors, chunk.weights, unknown);
    if constexpr (Vectors)
        for (size_t i = 0; i < chunk.count; i++) prefetch(chunk.vectors[i]);
}

template <IndexKind I, bool Vectors, class Row> INLINE void score_chunks(const Model &m, const Rows &rows, float *logits, Row row_pairs) {
    Chunk chunks[3];
    Chunk *now = &chunks[0], *next = &chunks[1], *after = &chunks[2];
    locate_chunk<I>(m, rows, 0, *now);
    locate_chunk<I>(m, rows, now->end, *next);
    resolve_chunk<I, Vectors>(m, rows, *now);
    while (now->count != 0 || now->row < rows.count) {
        locate_chunk<I>(m, rows, next->end, *after);
        resolve_chunk<I, Vectors>(m, rows, *next);
        uint64_t base = rows.offsets[now->row];
        for (uint64_t r = now->row; r < now->end; r++) {
            size_t start = rows.offsets[r] - base, count = rows.offsets[r + 1] - rows.offsets[r];
            const float *values = rows.values == nullptr ? nullptr : rows.values + rows.offsets[r];
            double logit = m.bias + linear_sum(now->weights + start, values, count);
            if constexpr (Vectors) logit += row_pairs(now->vectors + start, values, count);
            logits[r] = finished(m, rows, r, logit);
        }
        Chunk *spare = now;
        now = next, next = after, after = spare;
    }
}

template <IndexKind I> void score_lr(const Model &m, const Rows &rows, float *logits) {
    score_chunks<I, false>(m, rows, logits, 0);
}

template <IndexKind I, WeightType T, int K> void score_fm(const Model &m, const Rows &rows, float *logits) {
    if (rows.values == nullptr)
        score_chunks<I, true>(m, rows, logits, [&](const char *const *slots, const float *, size_t count) INLINED { return fm_row<T, K, false>(m, slots, nullptr, count); });
    else
        score_chunks<I, true>(m, rows, logits, [&](const char *const *slots, const float *values, size_t count) INLINED { return fm_row<T, K, true>(m, slots, values, count); });
}

// ---- ffm -----------------------------------------------------------------------------------------------------------------

int lead_features = 24;

struct FieldRow {
    double linear;
    size_t extras; // features beyond the first of their field
};

// Copies whole vectors: the arrays have room.
template <class T> INLINE void copy(T *to, const T *from, size_t count) {
    for (size_t i = 0; i < count; i += register_bytes / sizeof(T)) store(to + i, load<Raw>(from + i));
}

template <class T> INLINE void fill(T *to, T value, size_t count) {
    constexpr int n = register_bytes / sizeof(T);
    using Bits = std::conditional_t<sizeof(T) == 8, uint64_t, uint32_t>;
    Bits bits;
    std::memcpy(&bits, &value, sizeof bits);
    for (size_t i = 0; i < count; i += n) store(to + i, broadcast<n>(bits));
}

// Whether the fields are 0, 1, 2, ....
INLINE bool in_order(const uint32_t *fields, size_t count) {
    uint32_t different = 0;
    for (size_t i = 0; i < count; i++) different |= fields[i] ^ static_cast<uint32_t>(i);
    return different == 0;
}

// The slots of a row by field; zeros where a field is missing. Features beyond the first of their field go to `extras`.
template <IndexKind I>
NOINLINE FieldRow resolve_fields(const Model &m, const Rows &rows, uint64_t row, const char *const *where, const char **slot, float *values, Extra *extras) {
    const uint64_t start = rows.offsets[row];
    const size_t count = rows.offsets[row + 1] - start, padded = (m.fields + 7) / 8 * 8;
    const uint32_t *fields = rows.fields == nullptr ? nullptr : rows.fields + start;
    const float *x = rows.values == nullptr ? nullptr : rows.values + start;
    float weights[capacity];
    uint64_t unknown[max_features / 64];
    if (count == m.fields && (fields == nullptr || in_order(fields, count))) {
        resolve<I, true>(m, rows.keys + start, where, count, slot, weights, unknown);
        for (size_t i = count; i < padded; i++) slot[i] = m.zero_slot;
        if (x != nullptr) {
            copy(values, x, count / 16 * 16);
            for (size_t i = count / 16 * 16; i < padded; i++) values[i] = i < count ? x[i] : 0;
        }
        return {linear_sum(weights, x, count), 0};
    }
    const char *vectors[capacity];
    size_t unknown_count = resolve<I, true>(m, rows.keys + start, where, count, vectors, weights, unknown);
    FieldRow result = {linear_sum(weights, x, count), 0};
    fill(slot, m.zero_slot, padded);
    if (x != nullptr) fill(values, 0.0f, padded);
    for (size_t i = 0; i < count; i++) {
        slot[fields[i]] = vectors[i];
        if (x != nullptr) values[fields[i]] = x[i];
    }
    size_t present = 0;
    for (size_t f = 0; f < padded; f++) present += slot[f] != m.zero_slot;
    if (present + unknown_count != count) {
        // Some field has several features: the first takes the field's place, the others are extras.
        fill(slot, m.zero_slot, padded);
        for (size_t i = 0; i < count; i++) {
            if (vectors[i] == m.zero_slot) continue;
            if (slot[fields[i]] == m.zero_slot) {
                slot[fields[i]] = vectors[i];
                if (x != nullptr) values[fields[i]] = x[i];
            } else {
                extras[result.extras++] = {vectors[i], fields[i], x == nullptr ? 1 : x[i]};
            }
        }
    }
    return result;
}

template <IndexKind I, WeightType T, int K, bool Values, int SlotLines> void score_ffm_rows(const Model &m, const Rows &rows, float *logits) {
    constexpr bool valued = Values || T == WeightType::int8;
    const size_t padded = (m.fields + 7) / 8 * 8;
    const size_t lead = std::min<size_t>(static_cast<size_t>(lead_features), padded);
    // The slots of this row and the next by field, and `index_at` behind them the lines of the index to fetch.
    const char *slot[2 * index_at];
    float values[2 * capacity];
    const char *where[2][capacity];
    Extra extras[2][max_features];
    auto locate_row = [&](uint64_t r, bool now) INLINED {
        size_t count = r < rows.count ? rows.offsets[r + 1] - rows.offsets[r] : 0, later = now ? 0 : std::min(count, padded);
        const char **at = where[r % 2], **fetched = slot + index_at + lead;
        if (count != 0) locate<I>(m, rows.keys + rows.offsets[r], count, at);
        copy(fetched, const_cast<const char *const *>(at), later);
        for (size_t i = later; i < padded; i++) fetched[i] = m.zero_slot;
        for (size_t i = later; i < count; i++) prefetch(at[i]);
    };
    locate_row(0, true);
    locate_row(1, true);
    FieldRow now = resolve_fields<I>(m, rows, 0, where[0], slot, values, extras[0]);
    for (size_t i = 0; i < lead; i++)
        for (uint32_t l = 0; l < m.slot_lines(); l++) prefetch(slot[i] + l * line);
    for (uint64_t r = 0; r < rows.count; r++) {
        locate_row(r + 2, false);
        FieldRow next = {};
        Ahead<SlotLines> ahead = {slot + lead, slot + padded, m.slot_lines()};
        if (r + 1 < rows.count) {
            next = resolve_fields<I>(m, rows, r + 1, where[(r + 1) % 2], slot + padded, values + padded, extras[(r + 1) % 2]);
            ahead.end += lead;
        }
        double logit = m.bias + now.linear + ffm_row<T, K, valued>(m, slot, Values ? values : nullptr, ahead);
        if (now.extras != 0) logit += extra_pairs<T, K>(m, slot, Values ? values : nullptr, extras[r % 2], now.extras);
        logits[r] = finished(m, rows, r, logit);
        copy(slot, slot + padded, padded);
        if constexpr (Values) copy(values, values + padded, padded);
        now = next;
    }
}

template <IndexKind I, WeightType T, int K, int SlotLines> void score_ffm_lines(const Model &m, const Rows &rows, float *logits) {
    if (rows.values == nullptr)
        score_ffm_rows<I, T, K, false, SlotLines>(m, rows, logits);
    else
        score_ffm_rows<I, T, K, true, SlotLines>(m, rows, logits);
}

// The fetches of a slot are unrolled for the number of lines that 39 fields have, the usual benchmark's (Criteo).
template <IndexKind I, WeightType T, int K> void score_ffm(const Model &m, const Rows &rows, float *logits) {
    constexpr int usual = static_cast<int>(((39 * K + 15) / 16 * 16 * sizeof_element<T> + (T == WeightType::int8 ? 4 : 0) + line - 1) / line);
    if (m.slot_lines() == usual)
        score_ffm_lines<I, T, K, usual>(m, rows, logits);
    else
        score_ffm_lines<I, T, K, 0>(m, rows, logits);
}

// ---- poly2 ---------------------------------------------------------------------------------------------------------------

// The weights of a chunk's features, and the keys of the known ones, row by row: the rows' numbers of them follow.
template <IndexKind I, WeightType T> void score_poly2(const Model &m, const Rows &rows, float *logits) {
    struct Row {
        double linear;
        size_t known;
        uint64_t keys[capacity];
        float values[capacity];
        std::vector<uint32_t> entries;
    };
    thread_local Row buffers[2];
    thread_local std::vector<char> gathered;
    const char *where[2][capacity];
    auto locate_row = [&](uint64_t r) INLINED {
        if (r >= rows.count) return;
        size_t count = rows.offsets[r + 1] - rows.offsets[r];
        locate<I>(m, rows.keys + rows.offsets[r], count, where[r % 2]);
        for (size_t i = 0; i < count; i++) prefetch(where[r % 2][i]);
    };
    auto resolve_row = [&](uint64_t r, Row &row) INLINED {
        if (r >= rows.count) return;
        uint64_t start = rows.offsets[r];
        size_t count = rows.offsets[r + 1] - start;
        const float *x = rows.values == nullptr ? nullptr : rows.values + start;
        float weights[capacity];
        uint64_t unknown[max_features / 64];
        resolve<I, false>(m, rows.keys + start, where[r % 2], count, nullptr, weights, unknown);
        row.linear = linear_sum(weights, x, count);
        row.known = 0;
        for (size_t i = 0; i < count; i++) {
            row.keys[row.known] = rows.keys[start + i];
            if (x != nullptr) row.values[row.known] = x[i];
            row.known += ~unknown[i / 64] >> i % 64 & 1;
        }
        if (row.entries.size() < count * count / 2 + 16) row.entries.resize(count * count / 2 + 16);
        pair_entries(m, row.keys, row.known, row.entries.data());
    };
    locate_row(0);
    locate_row(1);
    resolve_row(0, buffers[0]);
    auto table = static_cast<const Stored<T> *>(m.pairs);
    for (uint64_t r = 0; r < rows.count; r++) {
        locate_row(r + 2);
        Row &now = buffers[r % 2], &next = buffers[(r + 1) % 2];
        next.known = 0;
        resolve_row(r + 1, next);
        size_t pairs = now.known * (now.known - 1) / 2, ahead = r + 1 < rows.count ? next.known * (next.known - 1) / 2 : 0;
        if (gathered.size() < (pairs + 64) * sizeof(Stored<T>)) gathered.resize((pairs + 64) * sizeof(Stored<T>));
        auto weights = reinterpret_cast<Stored<T> *>(gathered.data());
        size_t both = std::min(pairs, ahead);
        for (size_t p = 0; p < both; p++) {
            prefetch(table + next.entries[p]);
            weights[p] = table[now.entries[p]];
        }
        for (size_t p = both; p < ahead; p++) prefetch(table + next.entries[p]);
        for (size_t p = both; p < pairs; p++) weights[p] = table[now.entries[p]];
        std::memset(static_cast<void *>(weights + pairs), 0, 32 * sizeof(*weights));
        logits[r] = finished(m, rows, r, m.bias + now.linear + pair_sum<T>(m, weights, rows.values == nullptr ? nullptr : now.values, now.known));
    }
}

// ---- choosing ------------------------------------------------------------------------------------------------------------

template <IndexKind I, WeightType T, int K> Status score_latent(const Model &m, const Rows &rows, float *logits) {
    if (m.kind != Kind::ffm) {
        score_fm<I, T, K>(m, rows, logits);
        return Status::ok;
    }
    // Blocks may end beyond a slot of few fields, where the next slot is: the library has a kernel for those, we have not.
    constexpr size_t block = std::max<size_t>(register_bytes, K * sizeof_element<T>);
    if (m.fields > max_features || (m.fields * K * sizeof_element<T> + block - 1) / block * block > m.stride) return Status::unsupported;
    score_ffm<I, T, K>(m, rows, logits);
    return Status::ok;
}

template <IndexKind I, WeightType T> Status score_type(const Model &m, const Rows &rows, float *logits) {
    if (m.kind == Kind::lr) {
        score_lr<I>(m, rows, logits);
        return Status::ok;
    }
    if (m.kind == Kind::poly2) {
        score_poly2<I, T>(m, rows, logits);
        return Status::ok;
    }
    switch (m.padded_latent) {
    case 4: return score_latent<I, T, 4>(m, rows, logits);
    case 8: return score_latent<I, T, 8>(m, rows, logits);
    case 16: return score_latent<I, T, 16>(m, rows, logits);
    default: return Status::unsupported;
    }
}

template <IndexKind I> Status score_index(const Model &m, const Rows &rows, float *logits) {
    switch (m.type) {
    case WeightType::f32: return score_type<I, WeightType::f32>(m, rows, logits);
    case WeightType::bf16: return score_type<I, WeightType::bf16>(m, rows, logits);
    case WeightType::int8: return score_type<I, WeightType::int8>(m, rows, logits);
    }
    return Status::unsupported;
}

Status score(const Model &m, const Rows &rows, float *logits) {
    if (rows.count == 0) return Status::ok;
    Status status = check(m, rows);
    if (status != Status::ok) return status;
    switch (m.index) {
    case IndexKind::exact: return score_index<IndexKind::exact>(m, rows, logits);
    case IndexKind::direct: return score_index<IndexKind::direct>(m, rows, logits);
    case IndexKind::hashed: return score_index<IndexKind::hashed>(m, rows, logits);
    }
    return Status::unsupported;
}
