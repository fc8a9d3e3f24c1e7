// Measures ranking: candidates of a shared context (ctr_context_prepare and ctr_rank), against scoring the whole rows as one batch (ctr_score).
// ./build.sh bench ranking runs it.
#include <ctr.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <vector>

#include "../harness/library.h"
#include "../harness/machine.h"
#include "../harness/measure.h"
#include "../harness/model_file.h"
#include "../harness/options.h"
#include "../harness/self_check.h"

namespace ctr_reference {
namespace {

constexpr uint32_t context_fields = 24, candidate_fields = 15, fields = context_fields + candidate_fields;
constexpr uint64_t candidates = 500;

// Fields and offsets, which all requests share.
struct Form {
    std::vector<uint64_t> offsets = {0};
    std::vector<uint32_t> numbers;

    Form(uint64_t rows, uint32_t first, uint32_t count) {
        for (uint64_t r = 0; r < rows; r++) {
            for (uint32_t f = 0; f < count; f++) numbers.push_back(first + f);
            offsets.push_back(numbers.size());
        }
    }

    ctr_rows rows(const std::vector<uint64_t> &keys) const { return {sizeof(ctr_rows), 0, offsets.size() - 1, offsets.data(), numbers.data(), keys.data(), nullptr}; }
};

// A context and its candidates, apart and joined.
struct Request {
    std::vector<uint64_t> context, own, joined;

    Request(const Shape &shape, uint64_t &random) {
        auto add = [&](std::vector<uint64_t> &keys, uint32_t count) {
            for (uint32_t f = 0; f < count; f++)
                keys.push_back(key_of(shape.index, shape.seed, static_cast<uint32_t>((static_cast<unsigned __int128>(next_random(random)) * shape.slots) >> 64)));
        };
        add(context, context_fields);
        add(own, candidates * candidate_fields);
        for (uint64_t c = 0; c < candidates; c++) {
            joined.insert(joined.end(), context.begin(), context.end());
            joined.insert(joined.end(), own.begin() + c * candidate_fields, own.begin() + (c + 1) * candidate_fields);
        }
    }
};

// Enough requests that candidates touch several times the cache, or most of the model several times. In cache two: more of them would only be more keys.
uint64_t requests_for(const Shape &shape, uint64_t cache_bytes) {
    uint64_t model = size_of(shape);
    if (model <= cache_bytes / 16) return 2;
    uint64_t request = candidates * candidate_fields * (line + std::max<uint64_t>(line, model / shape.slots));
    return std::max<uint64_t>(4, std::min<uint64_t>(8 * cache_bytes, 4 * model) / request);
}

struct Result {
    Case one;
    uint64_t requests;
    double plain, ranked; // ns per candidate
};

Result run(const Options &options, const Level &level, const Library &library, const Case &one) {
    std::string path = options.work + "/ranking.ctr";
    make_file(options.maker, one.shape, path);
    ModelFile file(path);
    Library::Handle handle(library, path, level.name[1] - '0');
    unlink(path.c_str());

    uint64_t random = 7;
    std::vector<Request> requests;
    for (uint64_t n = requests_for(one.shape, options.cache_bytes); n > 0; n--) requests.emplace_back(one.shape, random);
    Form context_form(1, 0, context_fields), own_form(candidates, context_fields, candidate_fields), joined_form(candidates, 0, fields);

    auto model = static_cast<ctr_model *>(handle.model());
    auto ctr_context_size = library.function<decltype(&::ctr_context_size)>("ctr_context_size");
    auto ctr_context_prepare = library.function<decltype(&::ctr_context_prepare)>("ctr_context_prepare");
    auto ctr_rank = library.function<decltype(&::ctr_rank)>("ctr_rank");
    auto ctr_score = library.function<decltype(&::ctr_score)>("ctr_score");
    auto check = [](ctr_status status) {
        if (status != CTR_OK) throw std::runtime_error("the library refuses a request");
    };
    uint64_t size;
    check(ctr_context_size(model, context_fields, &size));
    std::vector<char> context(size);
    ctr_rank_options rank_logits = {sizeof rank_logits, CTR_OUTPUT_LOGIT, nullptr, nullptr, 0, 0, nullptr};
    ctr_score_options score_logits = {sizeof score_logits, CTR_OUTPUT_LOGIT, nullptr, nullptr, 0};
    std::vector<float> logits(candidates);
    auto plain = [&](const Request &request) {
        ctr_rows rows = joined_form.rows(request.joined);
        check(ctr_score(model, &rows, &score_logits, logits.data()));
    };
    auto ranked = [&](const Request &request) {
        ctr_rows shared = context_form.rows(request.context), rows = own_form.rows(request.own);
        check(ctr_context_prepare(model, &shared, nullptr, context.data(), size));
        check(ctr_rank(model, context.data(), size, &rows, &rank_logits, logits.data()));
    };

    // Both are within the error budget of the formula in double, and so of each other.
    auto check_logits = [&](const char *what, const Request &request) {
        double worst = worst_error(file.model, {candidates, joined_form.offsets.data(), joined_form.numbers.data(), request.joined.data(), nullptr}, logits.data());
        if (!(worst <= 1)) throw std::runtime_error(std::string(what) + " is off by " + std::to_string(worst) + " times the error budget");
    };
    for (const Request &request : requests) {
        std::fill(logits.begin(), logits.end(), NAN);
        plain(request);
        check_logits("ctr_score", request);
        std::fill(logits.begin(), logits.end(), NAN);
        ranked(request);
        check_logits("ctr_rank", request);
    }

    std::vector<double> ns = least_times({[&] { for (const Request &request : requests) plain(request); }, [&] { for (const Request &request : requests) ranked(request); }},
        requests.size() * candidates, options.seconds);
    return {one, requests.size(), ns[0], ns[1]};
}

std::vector<Case> all_cases() {
    std::vector<Case> cases;
    for (uint32_t slots : {1 << 10, 1 << 20})
        for (IndexKind index : {IndexKind::exact, IndexKind::direct}) {
            auto add = [&](Kind kind, uint32_t latent, WeightType type) {
                Case one;
                one.shape.kind = kind, one.shape.latent = latent, one.shape.type = type;
                one.shape.slots = slots, one.shape.index = index, one.shape.fields = fields;
                one.batch = candidates;
                cases.push_back(one);
            };
            for (WeightType type : {WeightType::f32, WeightType::bf16, WeightType::int8}) add(Kind::ffm, 4, type);
            for (uint32_t latent : {8, 16}) add(Kind::fm, latent, WeightType::f32);
        }
    return cases;
}

void write(const std::string &path, const Level &level, const std::string &version, const std::vector<Result> &results) {
    std::FILE *file = std::fopen(path.c_str(), "w");
    if (file == nullptr) throw std::runtime_error(path + ": cannot be written");
    std::fprintf(file, "[");
    for (const Result &r : results) {
        const Shape &s = r.one.shape;
        std::fprintf(file, "%s\n  {\"name\": \"%s\", \"plain_ns_per_candidate\": %.2f, \"ranked_ns_per_candidate\": %.2f, \"ratio\": %.3f, ", &r == &results[0] ? "" : ",",
            r.one.model_name().c_str(), r.plain, r.ranked, r.plain / r.ranked);
        std::fprintf(file, "\"kind\": \"%s\", \"latent\": %u, \"type\": \"%s\", \"slots\": %u, \"index\": \"%s\", \"context_fields\": %u, \"candidate_fields\": %u, ",
            name_of(s.kind), s.latent, name_of(s.type), s.slots, name_of(s.index), context_fields, candidate_fields);
        std::fprintf(file, "\"candidates\": %llu, \"requests\": %llu, \"level\": \"x86-64-%s\", \"library\": \"%s\"}", static_cast<unsigned long long>(candidates),
            static_cast<unsigned long long>(r.requests), level.name, version.c_str());
    }
    std::fprintf(file, "\n]\n");
    if (std::fclose(file) != 0) throw std::runtime_error(path + ": cannot be written");
}

int bench(const Options &options) {
    if (options.libctr.empty() || options.quick || options.self_check) throw std::runtime_error("takes --library and --maker, and neither --quick nor --self-check");
    const Level &level = choose(options.level);
    Library library(options.libctr);
    std::printf("level x86-64-%s, library %s, %s; %u fields of context, %u of each of %llu candidates\n", level.name, library.version.c_str(),
        pin() ? "one pinned thread" : "one thread", context_fields, candidate_fields, static_cast<unsigned long long>(candidates));
    std::printf("%-26s %10s %10s %8s\n", "ns per candidate", "plain", "ranked", "ratio");
    std::vector<Result> results;
    for (const Case &one : all_cases()) {
        if (one.model_name().find(options.filter) == std::string::npos || size_of(one.shape) > options.max_bytes) continue;
        results.push_back(run(options, level, library, one));
        const Result &r = results.back();
        std::printf("%-26s %10.1f %10.1f %8.2f\n", r.one.model_name().c_str(), r.plain, r.ranked, r.plain / r.ranked);
        std::fflush(stdout);
    }
    if (!options.json.empty()) write(options.json, level, library.version, results);
    return 0;
}

} // namespace
} // namespace ctr_reference

int main(int count, char **arguments) {
    using namespace ctr_reference;
    try {
        return bench(parse(count, arguments));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "ranking: %s\n", error.what());
        return 1;
    }
}
