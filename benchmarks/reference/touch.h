// Reading the cache lines that scoring reads, in its order and with its prefetches ahead: the least time that memory takes.

INLINE uint64_t word(const char *at) { return load<uint64_t>(at); }

template <int Unrolled> uint64_t touch_slots(const Model &m, const Lines &lines, uint64_t first, uint64_t count) {
    const char *index = m.index == IndexKind::exact ? reinterpret_cast<const char *>(m.entries) : reinterpret_cast<const char *>(m.linear);
    const size_t n = lines.features_per_row, slot_lines = Unrolled != 0 ? Unrolled : m.slot_lines();
    const size_t start = lines.offsets[first], end = lines.offsets[first + count];
    const size_t index_ahead = 3 * std::max(n, chunk_features), slot_ahead = m.kind == Kind::ffm ? 24 : std::max(n, chunk_features);
    auto slot = [&](size_t i) INLINED { return m.weights + static_cast<size_t>(lines.slot[i]) * m.stride; };
    uint64_t total = 0;
    // What comes before the first row is computed.
    for (size_t i = start; i < std::min(end, start + index_ahead); i++) prefetch(index + lines.index[i] * line);
    if (slot_lines != 0)
        for (size_t i = start; i < std::min(end, start + slot_ahead); i++)
            for (size_t l = 0; l < slot_lines; l++) prefetch(slot(i) + l * line);
    for (size_t i = start; i < end; i++) {
        if (i + index_ahead < end) {
            prefetch(index + lines.index[i + index_ahead] * line);
            prefetch(index + lines.index_found[i + index_ahead] * line);
        }
        total += word(index + lines.index[i] * line) + word(index + lines.index_found[i] * line);
        if (slot_lines == 0) continue;
        const char *now = slot(i), *ahead = i + slot_ahead < end ? slot(i + slot_ahead) : now;
#pragma GCC unroll 10
        for (size_t l = 0; l < slot_lines; l++) {
            prefetch(ahead + l * line);
            total += word(now + l * line);
        }
    }
    if (lines.pairs_per_row != 0) {
        auto table = static_cast<const char *>(m.pairs);
        const size_t pairs = lines.pairs_per_row, last = (first + count) * pairs;
        for (size_t i = first * pairs; i < std::min(last, (first + 1) * pairs); i++) prefetch(table + lines.pair[i] * line);
        for (size_t i = first * pairs; i < last; i++) {
            if (i + pairs < last) prefetch(table + lines.pair[i + pairs] * line);
            total += word(table + lines.pair[i] * line);
        }
    }
    return total;
}

uint64_t touch(const Model &m, const Lines &lines, uint64_t first, uint64_t count) {
    switch (m.slot_lines()) {
    case 1: return touch_slots<1>(m, lines, first, count);
    case 3: return touch_slots<3>(m, lines, first, count);
    case 5: return touch_slots<5>(m, lines, first, count);
    case 6: return touch_slots<6>(m, lines, first, count);
    case 10: return touch_slots<10>(m, lines, first, count);
    case 20: return touch_slots<20>(m, lines, first, count);
    default: return touch_slots<0>(m, lines, first, count);
    }
}
