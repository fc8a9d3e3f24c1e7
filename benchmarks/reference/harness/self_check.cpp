#include "self_check.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

#include "../double_reference.h"
#include "made_model.h"

namespace ctr_reference {

std::vector<const Level *> runnable_levels() {
    std::vector<const Level *> levels = {&level_v2};
    if (__builtin_cpu_supports("x86-64-v3")) levels.push_back(&level_v3);
    if (__builtin_cpu_supports("x86-64-v4")) levels.push_back(&level_v4);
    return levels;
}

double worst_error(const Model &model, const Rows &rows, const float *logits) {
    double worst = 0;
    for (uint64_t r = 0; r < rows.count; r++) {
        Exact exact = exact_logit(model, rows, r);
        double error = std::abs(logits[r] - exact.logit) / (exact.magnitude * 0x1p-20 + std::abs(exact.logit) * 0x1p-24 + 0x1p-126);
        worst = error <= worst ? worst : error; // a NaN is the worst
        if (std::isnan(worst)) return worst;
    }
    return worst;
}

namespace {

// Rows of every shape: empty, short, long, in order or not, with fields missing or repeated, with keys that the model does not know.
struct Rowset {
    std::vector<uint64_t> offsets = {0}, keys;
    std::vector<uint32_t> fields;
    std::vector<float> values;

    Rows rows(bool valued) const { return {offsets.size() - 1, offsets.data(), fields.data(), keys.data(), valued ? values.data() : nullptr}; }
};

Rowset rows_for(const Shape &shape, uint64_t seed) {
    Rowset set;
    uint64_t random = seed;
    auto below = [&](uint64_t limit) { return next_random(random) % limit; };
    auto add = [&](uint32_t field) {
        set.fields.push_back(field);
        uint64_t key = key_of(shape.index, shape.seed, static_cast<uint32_t>(below(shape.slots)));
        set.keys.push_back(below(20) == 0 ? (below(2) == 0 ? 0 : shape.slots + next_random(random) % 1000) : key);
        set.values.push_back(below(5) == 0 ? 1 : static_cast<float>(static_cast<int64_t>(below(4000)) - 2000) / 700);
    };
    for (int r = 0; r < 60; r++) {
        uint32_t f = shape.fields;
        if (r % 6 < 2 || shape.kind == Kind::mf) {
            for (uint32_t i = 0; i < f; i++) add(i); // one of each, in order
        } else if (r % 6 == 2) {
            for (uint32_t i = 0; i < f; i++)
                if (below(100) >= 15) add(i);
        } else if (r % 6 == 3) {
            for (uint32_t i = 0; i < f; i++)
                for (uint64_t n = below(4) == 0 ? 1 + below(4) : 1; n > 0; n--) add(i);
        } else if (r % 6 == 4) {
            for (uint64_t n = below(r % 12 == 4 ? 260 : 8); n > 0; n--) add(static_cast<uint32_t>(below(f))); // any order, maybe none
        } else {
            for (uint32_t i = f; i > 0; i--) add(i - 1); // backwards
        }
        set.offsets.push_back(set.keys.size());
    }
    return set;
}

int check_shape(const Shape &shape) {
    int failures = 0;
    MadeModel made(shape);
    Rowset set = rows_for(shape, shape.seed * 77 + shape.fields);
    for (bool valued : {false, true}) {
        Rows rows = set.rows(valued);
        for (const Level *level : runnable_levels()) {
            std::vector<float> whole(rows.count, NAN), single(rows.count, NAN);
            Status status = level->score(made.model, rows, whole.data());
            if (status == Status::unsupported && shape.kind == Kind::ffm && shape.fields < 16) continue; // short slots: see pipeline.h
            for (uint64_t r = 0; r < rows.count && status == Status::ok; r++)
                status = level->score(made.model, {1, rows.offsets + r, rows.fields, rows.keys, rows.values}, &single[r]);
            double worst = worst_error(made.model, rows, whole.data());
            bool same = std::equal(whole.begin(), whole.end(), single.begin());
            if (status == Status::ok && worst <= 1 && same) continue;
            failures++;
            std::printf("FAILED %s kind %u k %u type %u index %u fields %u %s: status %d, error %.3g of the budget%s\n", level->name,
                static_cast<unsigned>(shape.kind), shape.latent, static_cast<unsigned>(shape.type), static_cast<unsigned>(shape.index), shape.fields,
                valued ? "values" : "ones", static_cast<int>(status), worst, same ? "" : ", a row depends on its batch");
        }
    }
    return failures;
}

int check_refusals() {
    MadeModel made(Shape{});
    std::vector<uint64_t> keys(39);
    std::vector<uint32_t> fields(39);
    std::vector<float> values(39, 1.0f);
    for (uint32_t f = 0; f < 39; f++) fields[f] = f, keys[f] = key_of(IndexKind::exact, 1, f);
    int failures = 0;
    auto expect = [&](const char *what, Status status, std::vector<uint64_t> offsets, const uint32_t *f) {
        for (const Level *level : runnable_levels()) {
            float logits[2];
            if (level->score(made.model, {offsets.size() - 1, offsets.data(), f, keys.data(), values.data()}, logits) == status) continue;
            failures++;
            std::printf("FAILED %s: %s is not refused\n", level->name, what);
        }
    };
    expect("a decreasing offset", Status::offsets, {0, 39, 20}, fields.data());
    expect("a row that is too long", Status::too_long, {0, 513}, fields.data());
    expect("a row without fields that is not whole", Status::fields_missing, {0, 38}, nullptr);
    expect("a whole row without fields", Status::ok, {0, 39}, nullptr);
    fields[20] = 39;
    expect("a field out of range", Status::field, {0, 39}, fields.data());
    fields[20] = 20, values[38] = INFINITY;
    expect("an infinite value", Status::value, {0, 39}, fields.data());
    values[38] = NAN;
    expect("a value that is no number", Status::value, {0, 39}, fields.data());
    return failures;
}

} // namespace

int self_check() {
    int failures = check_refusals(), shapes = 0;
    auto check = [&](Kind kind, uint32_t latent, WeightType type, IndexKind index, uint32_t fields) {
        Shape shape;
        shape.kind = kind, shape.latent = latent, shape.type = type, shape.index = index, shape.fields = fields;
        shape.slots = index == IndexKind::hashed ? 512 : 700; // tables of which some keys are found late, and one that is nearly half full
        if (fields == 40) shape.slots = 510;
        shape.seed = ++shapes;
        failures += check_shape(shape);
    };
    for (IndexKind index : {IndexKind::exact, IndexKind::direct, IndexKind::hashed}) {
        check(Kind::lr, 0, WeightType::f32, index, 39);
        for (WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) {
            check(Kind::poly2, 0, type, index, 39);
            for (uint32_t latent : {3, 4, 8, 16}) {
                check(Kind::mf, latent, type, index, 2);
                check(Kind::fm, latent, type, index, 39);
                for (uint32_t fields : {1, 2, 3, 7, 8, 17, 33, 39, 40, 41, 100}) check(Kind::ffm, latent, type, index, fields);
            }
        }
    }
    std::printf("self-check: %d models, %d failures\n", shapes, failures);
    return failures;
}

} // namespace ctr_reference
