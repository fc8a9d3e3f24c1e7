#include "measure.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace ctr_reference {

using Clock = std::chrono::steady_clock;

const char *name_of(Kind kind) {
    switch (kind) {
    case Kind::lr: return "lr";
    case Kind::poly2: return "poly2";
    case Kind::mf: return "mf";
    case Kind::fm: return "fm";
    case Kind::ffm: return "ffm";
    }
    return "";
}

const char *name_of(WeightType type) { return type == WeightType::f32 ? "f32" : type == WeightType::bf16 ? "bf16" : "int8"; }

const char *name_of(IndexKind index) { return index == IndexKind::exact ? "exact" : index == IndexKind::direct ? "direct" : "hashed"; }

static std::string size_name(uint64_t number) {
    uint64_t bits = 0;
    while (uint64_t{1} << (bits + 1) <= number) bits++;
    return uint64_t{1} << bits == number ? "2^" + std::to_string(bits) : std::to_string(number);
}

std::string Case::model_name() const {
    std::string name = name_of(shape.kind);
    if (shape.latent != 0) name += " k=" + std::to_string(shape.latent);
    return name + " " + name_of(shape.type) + " " + size_name(shape.slots) + " " + name_of(shape.index);
}

std::string Case::name() const {
    std::string result = model_name() + " batch " + std::to_string(batch);
    if (form != Form::one_per_field) result += std::string(" ") + ctr_reference::name_of(form);
    return result;
}

static double seconds_of(const std::function<void()> &pass) {
    auto start = Clock::now();
    pass();
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::vector<double> least_times(const std::vector<std::function<void()>> &passes, uint64_t rows, double seconds) {
    constexpr int least = 5;
    std::vector<double> times(passes.size(), std::numeric_limits<double>::infinity());
    auto start = Clock::now();
    for (int turn = 0; turn < least || std::chrono::duration<double>(Clock::now() - start).count() < seconds; turn++)
        for (size_t p = 0; p < passes.size(); p++) times[p] = std::min(times[p], seconds_of(passes[p]) * 1e9 / static_cast<double>(rows));
    return times;
}

Times measure(const Passes &passes, uint64_t rows, double seconds) {
    if (!passes.libctr) {
        std::vector<double> ns = least_times({passes.reference, passes.touch}, rows, seconds);
        return {0, ns[0], ns[1]};
    }

    std::vector<double> ns = least_times({passes.libctr, passes.reference, passes.touch}, rows, seconds);
    return {ns[0], ns[1], ns[2]};
}

} // namespace ctr_reference
