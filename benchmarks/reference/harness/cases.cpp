#include "cases.h"

#include <algorithm>

namespace ctr_reference {

constexpr uint32_t in_l2 = 1024, large = 1 << 20, huge = 1 << 22;

static Shape shape_of(Kind kind, uint32_t latent, WeightType type, uint32_t slots, IndexKind index) {
    Shape shape;
    shape.kind = kind, shape.latent = latent, shape.type = type, shape.slots = slots, shape.index = index;
    shape.fields = kind == Kind::mf ? 2 : 39;
    // A pair table of 512 KB at f32 for the small model; otherwise sixteen pairs a feature.
    shape.pair_bits = kind != Kind::poly2 ? 0 : slots == in_l2 ? 17 : slots == large ? 24 : 26;
    return shape;
}

static void add(std::vector<Case> &cases, const Shape &shape, Form form, uint64_t batch) {
    Case one;
    one.shape = shape, one.form = form, one.batch = batch;
    cases.push_back(one);
}

static std::vector<Case> quick_cases() {
    std::vector<Case> cases;
    auto exact = [&](Kind kind, uint32_t latent, WeightType type, uint32_t slots) {
        add(cases, shape_of(kind, latent, type, slots, IndexKind::exact), Form::one_per_field, 256);
    };
    for (WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) exact(Kind::ffm, 4, type, in_l2);
    for (WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) exact(Kind::ffm, 4, type, large);
    add(cases, shape_of(Kind::ffm, 4, WeightType::f32, in_l2, IndexKind::direct), Form::one_per_field, 256);
    add(cases, shape_of(Kind::ffm, 4, WeightType::f32, in_l2, IndexKind::direct), Form::one_per_field, 1);
    for (Form form : {Form::values, Form::missing, Form::several})
        add(cases, shape_of(Kind::ffm, 4, WeightType::f32, in_l2, IndexKind::direct), form, 256);
    exact(Kind::ffm, 8, WeightType::int8, large);
    exact(Kind::fm, 16, WeightType::f32, in_l2);
    exact(Kind::fm, 16, WeightType::f32, large);
    exact(Kind::mf, 8, WeightType::f32, large);
    exact(Kind::lr, 0, WeightType::f32, huge);
    exact(Kind::poly2, 0, WeightType::f32, in_l2);
    return cases;
}

std::vector<Case> all_cases(bool quick) {
    if (quick) return quick_cases();
    std::vector<Case> cases;
    for (uint32_t slots : {in_l2, large, huge}) {
        for (IndexKind index : {IndexKind::exact, IndexKind::direct}) {
            for (Kind kind : {Kind::lr, Kind::poly2, Kind::mf, Kind::fm, Kind::ffm}) {
                bool latent = kind == Kind::mf || kind == Kind::fm || kind == Kind::ffm;
                for (uint32_t k : latent ? std::vector<uint32_t>{4, 8, 16} : std::vector<uint32_t>{0}) {
                    for (WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) {
                        if (kind == Kind::lr && type != WeightType::f32) continue; // lr has no weights but those of the index
                        Shape shape = shape_of(kind, k, type, slots, index);
                        for (uint64_t batch : {1, 16, 256}) add(cases, shape, Form::one_per_field, batch);
                        if (slots != large || index != IndexKind::exact || kind == Kind::mf) continue;
                        add(cases, shape, Form::values, 256);
                        if (kind != Kind::ffm) continue;
                        add(cases, shape, Form::missing, 256);
                        add(cases, shape, Form::several, 256);
                    }
                }
            }
        }
    }
    return cases;
}

uint64_t rows_for(const Case &one, uint64_t cache_bytes) {
    const Shape &s = one.shape;
    uint64_t model = size_of(s);
    if (model <= cache_bytes / 16) return 256;
    // Lines that a row touches: of the index, of slots, of pairs.
    uint64_t slot_bytes = s.kind == Kind::lr || s.kind == Kind::poly2 ? 0 : std::max<uint64_t>(line, model / s.slots);
    uint64_t row = s.fields * (line + slot_bytes) + (s.kind == Kind::poly2 ? uint64_t{s.fields} * (s.fields - 1) / 2 * line : 0);
    uint64_t rows = std::min<uint64_t>(8 * cache_bytes, 4 * model) / row;
    return std::clamp<uint64_t>((rows + 255) / 256 * 256, 1024, 1 << 20);
}

} // namespace ctr_reference
