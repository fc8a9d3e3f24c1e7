// Scoring a batch. Rows go through four steps, one behind the other, each with the fetches of the step before on the way: where the keys stand in the
// index, which are there, their slots, the sums. Kinds without fields take several short rows at a time (chunks of up to 64 features), so that enough
// fetches are under way.

constexpr size_t chunk_features = 64;

// An index of at most so many bytes counts as being in the second-level cache.
constexpr size_t small_index = size_t{512} << 10;

// How many features the fetches of slots run ahead of the computation (ffm): enough to cover the latency, and no more lines than the first-level
// cache takes beside the row in hand.
INLINE size_t lead_of(const Model &m) { return std::max<size_t>(24, 240 / m.slot_lines()); }
constexpr size_t capacity = max_features + 16;

INLINE uint64_t chunk_end(const Rows &rows, uint64_t row) {
    if (row >= rows.count) return rows.count;
    uint64_t limit = rows.offsets[row] + chunk_features, end = row + 1;
    while (end < rows.count && rows.offsets[end + 1] <= limit) end++;
    return end;
}

// Sum of w x; values may be NULL. Padded: zeros follow the weights up to whole vectors.
template <bool Padded> INLINE double linear_sum(const float *weights, const float *values, size_t count) {
    constexpr int n = lanes / 2;
    Doubles<n> total{};
    size_t i = 0;
    if (values == nullptr) {
        for (; i + (Padded ? 1 : n) <= count; i += n) total += widened(load<Floats<n>>(weights + i));
        double rest = 0;
        for (; i < count; i++) rest += weights[i];
        return rest + total_of<n>(total);
    }
    for (; i + n <= count; i += n) total += widened(load<Floats<n>>(weights + i)) * widened(load<Floats<n>>(values + i));
    double rest = 0;
    for (; i < count; i++) rest += static_cast<double>(weights[i]) * values[i];
    return rest + total_of<n>(total);
}

INLINE float finished(const Model &m, const Rows &rows, uint64_t row, double logit) {
    // A float product that overflowed: once more in double.
    return static_cast<float>(std::isfinite(logit) ? logit : exact_logit(m, rows, row).logit);
}

// ---- lr, mf, fm: features have no fields ---------------------------------------------------------------------------------

struct Chunk {
    uint64_t row, end;
    Search search;
    float weights[capacity];
    const char *vectors[capacity];
};

template <Finder I> INLINE void locate_chunk(const Model &m, const Rows &rows, uint64_t row, Chunk &chunk) {
    chunk.row = row;
    chunk.end = chunk_end(rows, row);
    chunk.search.count = row < rows.count ? rows.offsets[chunk.end] - rows.offsets[row] : 0;
    if (chunk.search.count == 0) return;
    locate<I>(m, rows.keys + rows.offsets[row], chunk.search.count, chunk.search.where);
    for (size_t i = 0; i < chunk.search.count; i++) prefetch(chunk.search.where[i]);
}

template <Finder I> INLINE void look_chunk(const Model &m, const Rows &rows, Chunk &chunk) {
    if (chunk.search.count != 0) look<I>(m, rows.keys + rows.offsets[chunk.row], chunk.search);
}

template <Finder I, bool Vectors> INLINE void resolve_chunk(const Model &m, const Rows &rows, Chunk &chunk) {
    if (chunk.search.count == 0) return;
    uint64_t unknown[max_features / 64];
    resolve<I, Vectors>(m, rows.keys + rows.offsets[chunk.row], chunk.search, chunk.vectors, chunk.weights, unknown);
    if constexpr (Vectors)
        for (size_t i = 0; i < chunk.search.count; i++) prefetch(chunk.vectors[i]);
}

template <Finder I, bool Vectors, class Row> INLINE void score_chunks(const Model &m, const Rows &rows, float *logits, Row row_pairs) {
    Chunk chunks[4];
    Chunk *now = &chunks[0], *next = &chunks[1], *second = &chunks[2], *third = &chunks[3];
    locate_chunk<I>(m, rows, 0, *now);
    locate_chunk<I>(m, rows, now->end, *next);
    locate_chunk<I>(m, rows, next->end, *second);
    look_chunk<I>(m, rows, *now);
    look_chunk<I>(m, rows, *next);
    resolve_chunk<I, Vectors>(m, rows, *now);
    while (now->row < rows.count) {
        locate_chunk<I>(m, rows, second->end, *third);
        look_chunk<I>(m, rows, *second);
        resolve_chunk<I, Vectors>(m, rows, *next);
        uint64_t base = rows.offsets[now->row];
        for (uint64_t r = now->row; r < now->end; r++) {
            size_t start = rows.offsets[r] - base, count = rows.offsets[r + 1] - rows.offsets[r];
            const float *values = rows.values == nullptr ? nullptr : rows.values + rows.offsets[r];
            double logit = m.bias + linear_sum<false>(now->weights + start, values, count);
            if constexpr (Vectors) logit += row_pairs(now->vectors + start, values, count);
            logits[r] = finished(m, rows, r, logit);
        }
        Chunk *spare = now;
        now = next, next = second, second = third, third = spare;
    }
}

template <Finder I> void score_lr(const Model &m, const Rows &rows, float *logits) {
    score_chunks<I, false>(m, rows, logits, 0);
}

template <Finder I, WeightType T, int K> void score_fm(const Model &m, const Rows &rows, float *logits) {
    if (rows.values == nullptr)
        score_chunks<I, true>(m, rows, logits, [&](const char *const *slots, const float *, size_t count) INLINED { return fm_row<T, K, false>(m, slots, nullptr, count); });
    else
        score_chunks<I, true>(m, rows, logits, [&](const char *const *slots, const float *values, size_t count) INLINED { return fm_row<T, K, true>(m, slots, values, count); });
}

// ---- ffm -----------------------------------------------------------------------------------------------------------------

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

// Whether the fields are 0, 1, 2, .... The last vector overlaps the one before it.
INLINE bool in_order(const uint32_t *fields, size_t count) {
    if (count < lanes) {
        uint32_t different = 0;
        for (size_t i = 0; i < count; i++) different |= fields[i] ^ static_cast<uint32_t>(i);
        return different == 0;
    }
    Raw numbers, different{};
    for (int l = 0; l < lanes; l++) numbers[l] = static_cast<uint32_t>(l);
    for (size_t i = 0; i + lanes <= count; i += lanes) different |= load<Raw>(fields + i) ^ (numbers + static_cast<uint32_t>(i));
    size_t last = count - lanes;
    different |= load<Raw>(fields + last) ^ (numbers + static_cast<uint32_t>(last));
#if CTR_LEVEL == 4
    auto bits = reinterpret_cast<__m512i>(different);
    return _mm512_test_epi32_mask(bits, bits) == 0;
#else
    uint32_t any = 0;
    for (int l = 0; l < lanes; l++) any |= different[l];
    return any == 0;
#endif
}

// The slots of a row by field; zeros where a field is missing. Features beyond the first of their field go to `extras`.
template <Finder I>
NOINLINE FieldRow resolve_fields(const Model &m, const Rows &rows, uint64_t row, Search &search, const char **slot, float *values, Extra *extras) {
    const uint64_t start = rows.offsets[row];
    const size_t count = rows.offsets[row + 1] - start, padded = (m.fields + 7) / 8 * 8;
    const uint32_t *fields = rows.fields == nullptr ? nullptr : rows.fields + start;
    const float *x = rows.values == nullptr ? nullptr : rows.values + start;
    float weights[capacity];
    uint64_t unknown[max_features / 64];
    if (count == m.fields && (fields == nullptr || in_order(fields, count))) {
        resolve<I, true>(m, rows.keys + start, search, slot, weights, unknown);
        for (size_t i = count; i < padded; i++) slot[i] = m.zero_slot;
        if (x != nullptr) {
            copy(values, x, count / 16 * 16);
            for (size_t i = count / 16 * 16; i < padded; i++) values[i] = i < count ? x[i] : 0;
        }
        return {linear_sum<true>(weights, x, count), 0};
    }
    const char *vectors[capacity];
    size_t unknown_count = resolve<I, true>(m, rows.keys + start, search, vectors, weights, unknown);
    FieldRow result = {linear_sum<true>(weights, x, count), 0};
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

template <Finder I, WeightType T, int K, bool Values, int SlotLines> void score_ffm_rows(const Model &m, const Rows &rows, float *logits) {
    constexpr bool valued = Values || T == WeightType::int8;
    const size_t padded = (m.fields + 7) / 8 * 8;
    const size_t lead = std::min(lead_of(m), padded);
    // The slots of this row and the next by field, and `index_at` behind them the lines of the index to fetch.
    const char *slot[2 * index_at];
    float values[2 * capacity];
    Search searches[4];
    Extra extras[2][max_features];
    auto locate_row = [&](uint64_t r, bool now) INLINED {
        Search &search = searches[r % 4];
        search.count = r < rows.count ? rows.offsets[r + 1] - rows.offsets[r] : 0;
        const char **fetched = slot + index_at + lead;
        size_t later = now ? 0 : std::min(search.count, padded);
        if (search.count != 0) locate<I>(m, rows.keys + rows.offsets[r], search.count, search.where);
        copy(fetched, search.where, later);
        for (size_t i = later; i < padded; i++) fetched[i] = m.zero_slot;
        for (size_t i = later; i < search.count; i++) prefetch(search.where[i]);
    };
    auto look_row = [&](uint64_t r) INLINED {
        if (r < rows.count) look<I>(m, rows.keys + rows.offsets[r], searches[r % 4]);
    };
    for (uint64_t r = 0; r < 3; r++) locate_row(r, true);
    for (uint64_t r = 0; r < 2; r++) look_row(r);
    FieldRow now = resolve_fields<I>(m, rows, 0, searches[0], slot, values, extras[0]);
    for (size_t i = 0; i < lead; i++)
        for (uint32_t l = 0; l < m.slot_lines(); l++) prefetch(slot[i] + l * line);
    for (uint64_t r = 0; r < rows.count; r++) {
        locate_row(r + 3, false);
        FieldRow next = {};
        Ahead<SlotLines> ahead = {slot + lead, slot + padded, m.slot_lines()};
        look_row(r + 2);
        if (r + 1 < rows.count) {
            next = resolve_fields<I>(m, rows, r + 1, searches[(r + 1) % 4], slot + padded, values + padded, extras[(r + 1) % 2]);
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

template <Finder I, WeightType T, int K, int SlotLines> void score_ffm_lines(const Model &m, const Rows &rows, float *logits) {
    if (rows.values == nullptr)
        score_ffm_rows<I, T, K, false, SlotLines>(m, rows, logits);
    else
        score_ffm_rows<I, T, K, true, SlotLines>(m, rows, logits);
}

// The fetches of a slot are unrolled for the number of lines that 39 fields have, the usual benchmark's (Criteo).
template <Finder I, WeightType T, int K> void score_ffm(const Model &m, const Rows &rows, float *logits) {
    constexpr int usual = static_cast<int>(((39 * K + 15) / 16 * 16 * sizeof_element<T> + (T == WeightType::int8 ? 4 : 0) + line - 1) / line);
    if (m.slot_lines() == usual)
        score_ffm_lines<I, T, K, usual>(m, rows, logits);
    else
        score_ffm_lines<I, T, K, 0>(m, rows, logits);
}

// ---- poly2 ---------------------------------------------------------------------------------------------------------------

template <Finder I, WeightType T> void score_poly2(const Model &m, const Rows &rows, float *logits) {
    struct Row {
        double linear;
        size_t known;
        uint64_t keys[capacity];
        float values[capacity];
        std::vector<uint32_t> entries;
    };
    thread_local Row buffers[2];
    thread_local std::vector<char> gathered;
    Search searches[4];
    auto locate_row = [&](uint64_t r) INLINED {
        Search &search = searches[r % 4];
        search.count = r < rows.count ? rows.offsets[r + 1] - rows.offsets[r] : 0;
        if (search.count == 0) return;
        locate<I>(m, rows.keys + rows.offsets[r], search.count, search.where);
        for (size_t i = 0; i < search.count; i++) prefetch(search.where[i]);
    };
    auto look_row = [&](uint64_t r) INLINED {
        if (r < rows.count) look<I>(m, rows.keys + rows.offsets[r], searches[r % 4]);
    };
    auto resolve_row = [&](uint64_t r, Row &row) INLINED {
        row.known = 0;
        if (r >= rows.count) return;
        const uint64_t start = rows.offsets[r];
        const size_t count = searches[r % 4].count;
        const float *x = rows.values == nullptr ? nullptr : rows.values + start;
        float weights[capacity];
        uint64_t unknown[max_features / 64];
        resolve<I, false>(m, rows.keys + start, searches[r % 4], nullptr, weights, unknown);
        row.linear = linear_sum<true>(weights, x, count);
        for (size_t i = 0; i < count; i++) {
            row.keys[row.known] = rows.keys[start + i];
            if (x != nullptr) row.values[row.known] = x[i];
            row.known += ~unknown[i / 64] >> i % 64 & 1;
        }
        if (row.entries.size() < count * count / 2 + 16) row.entries.resize(count * count / 2 + 16);
        pair_entries(m, row.keys, row.known, row.entries.data());
    };
    for (uint64_t r = 0; r < 3; r++) locate_row(r);
    for (uint64_t r = 0; r < 2; r++) look_row(r);
    resolve_row(0, buffers[0]);
    auto table = static_cast<const Stored<T> *>(m.pairs);
    for (uint64_t r = 0; r < rows.count; r++) {
        locate_row(r + 3);
        look_row(r + 2);
        Row &now = buffers[r % 2], &next = buffers[(r + 1) % 2];
        resolve_row(r + 1, next);
        size_t pairs = now.known * (now.known - 1) / 2, ahead = next.known * (next.known - 1) / 2;
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

template <Finder I, WeightType T, int K> Status score_latent(const Model &m, const Rows &rows, float *logits) {
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

template <Finder I, WeightType T> Status score_type(const Model &m, const Rows &rows, float *logits) {
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

template <Finder I> Status score_index(const Model &m, const Rows &rows, float *logits) {
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
    case IndexKind::exact:
        return sizeof(Entry) << m.index_bits <= small_index ? score_index<Finder::entries>(m, rows, logits) : score_index<Finder::lines>(m, rows, logits);
    case IndexKind::direct: return score_index<Finder::direct>(m, rows, logits);
    case IndexKind::hashed: return score_index<Finder::hashed>(m, rows, logits);
    }
    return Status::unsupported;
}
