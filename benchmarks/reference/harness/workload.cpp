#include "workload.h"

#include <algorithm>

#include "../double_reference.h"

namespace ctr_reference {

const char *name_of(Form form) {
    switch (form) {
    case Form::one_per_field: return "one";
    case Form::values: return "values";
    case Form::missing: return "missing";
    case Form::several: return "several";
    }
    return "";
}

Workload::Workload(const Shape &shape, Form form, uint64_t rows, uint64_t seed) {
    uint64_t random = seed * 0xA0761D6478BD642F;
    offsets_.push_back(0);
    auto add = [&](uint32_t field) {
        uint32_t slot = static_cast<uint32_t>((static_cast<unsigned __int128>(next_random(random)) * shape.slots) >> 64);
        fields_.push_back(field);
        keys_.push_back(key_of(shape.index, shape.seed, slot));
        if (form == Form::values) values_.push_back(0.25f + static_cast<float>(next_random(random) >> 40) * 0x1p-24f);
    };
    for (uint64_t r = 0; r < rows; r++) {
        for (uint32_t f = 0; f < shape.fields; f++) {
            if (form == Form::missing && next_random(random) % 100 < 15) continue;
            add(f);
            if (form == Form::several && f % 10 == 3) add(f);
        }
        offsets_.push_back(keys_.size());
    }
}

Rows Workload::rows(uint64_t first, uint64_t count) const {
    return {count, offsets_.data() + first, fields_.data(), keys_.data(), values_.empty() ? nullptr : values_.data()};
}

void Workload::find_lines(const Model &m) {
    const size_t features = keys_.size();
    index_.resize(features), index_found_.resize(features), slot_.resize(features);
    auto index = m.index == IndexKind::exact ? reinterpret_cast<const char *>(m.entries) : reinterpret_cast<const char *>(m.linear);
    for (size_t i = 0; i < features; i++) {
        float weight;
        slot_[i] = find(m, keys_[i], &weight);
        if (m.index == IndexKind::exact) {
            uint64_t at = hash_of(keys_[i]) >> (64 - m.index_bits);
            index_[i] = static_cast<uint32_t>(at / 4);
            while (m.entries[at].key != keys_[i] || m.entries[at].slot == unknown_slot) at = (at + 1) & ((uint64_t{1} << m.index_bits) - 1);
            index_found_[i] = static_cast<uint32_t>(at / 4);
        } else {
            index_[i] = index_found_[i] = static_cast<uint32_t>(reinterpret_cast<const char *>(m.linear + slot_[i]) - index) / line;
        }
    }
    uint32_t per_row = static_cast<uint32_t>(features / row_count());
    lines = {offsets_.data(), per_row, index_.data(), index_found_.data(), slot_.data(), 0, nullptr};
    if (m.kind == Kind::poly2) {
        for (uint64_t r = 0; r + 1 < offsets_.size(); r++)
            for (uint64_t i = offsets_[r]; i < offsets_[r + 1]; i++)
                for (uint64_t j = i + 1; j < offsets_[r + 1]; j++)
                    pair_.push_back(static_cast<uint32_t>(pair_entry(keys_[i], keys_[j], m.pair_bits) * m.element_size() / line));
        lines.pairs_per_row = per_row * (per_row - 1) / 2;
        lines.pair = pair_.data();
    }
    auto different = [](std::vector<uint32_t> numbers) {
        std::sort(numbers.begin(), numbers.end());
        return static_cast<uint64_t>(std::unique(numbers.begin(), numbers.end()) - numbers.begin());
    };
    std::vector<uint32_t> index_lines = index_;
    index_lines.insert(index_lines.end(), index_found_.begin(), index_found_.end());
    uint64_t slot_bytes = m.stride >= line ? m.stride : line, slots = different(slot_);
    if (m.stride != 0 && m.stride < line) slots = std::min<uint64_t>(slots, uint64_t{m.slots} * m.stride / line);
    touched_bytes = different(index_lines) * line + (m.stride == 0 ? 0 : slots * slot_bytes) + different(pair_) * line;
}

} // namespace ctr_reference
