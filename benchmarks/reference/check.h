// The checks of a batch, all before anything is written, as the library makes them.

INLINE bool all_below(const uint32_t *numbers, size_t count, uint32_t mask, uint32_t limit) {
    uint32_t bad = 0;
    for (size_t i = 0; i < count; i++) bad |= (numbers[i] & mask) >= limit;
    return bad == 0;
}

inline Status check(const Model &m, const Rows &rows) {
    bool whole = m.kind == Kind::ffm && rows.fields == nullptr;
    for (uint64_t r = 0; r < rows.count; r++) {
        uint64_t start = rows.offsets[r], end = rows.offsets[r + 1];
        if (end < start) return Status::offsets;
        if (end - start > max_features) return Status::too_long;
        if (whole && end - start != m.fields) return Status::fields_missing;
    }
    uint64_t first = rows.offsets[0], features = rows.offsets[rows.count] - first;
    if (m.kind == Kind::ffm && !whole && !all_below(rows.fields + first, features, 0xFFFFFFFF, m.fields)) return Status::field;
    if (rows.values != nullptr && !all_below(reinterpret_cast<const uint32_t *>(rows.values + first), features, 0x7FFFFFFF, 0x7F800000))
        return Status::value;
    return Status::ok;
}
