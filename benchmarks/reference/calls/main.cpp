// Measures what a call costs: one row at a time through C, C# and Python, against 256 such rows as one batch. ./build.sh bench calls runs it.
//
// The kernel itself is the library's own scoring of one row, called in a loop from inside managed code compiled as the library is
// (benchmarks/CtrRuntime.Calls): what ctr_score adds is the way in and out, finding the model, and checking its arguments.
#include <ctr.h>
#include <dlfcn.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "../harness/library.h"
#include "../harness/machine.h"
#include "../harness/measure.h"
#include "../harness/model_file.h"

namespace ctr_reference {
namespace {

struct Options {
    std::string libctr, inside, maker, python, work = ".", json;
    int level = 0;
    double seconds = 1;
};

Options parse(int count, char **arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        std::string name = arguments[i], value = arguments[i + 1];
        if (name == "--library") options.libctr = value;
        else if (name == "--inside") options.inside = value;
        else if (name == "--maker") options.maker = value;
        else if (name == "--python") options.python = value;
        else if (name == "--work") options.work = value;
        else if (name == "--json") options.json = value;
        else if (name == "--seconds") options.seconds = std::atof(value.c_str());
        else if (name == "--level") options.level = value[1] - '0';
        else throw std::runtime_error(name + " is not known");
    }
    if (count % 2 == 0) throw std::runtime_error(std::string(arguments[count - 1]) + " needs a value");
    return options;
}

// benchmarks/CtrRuntime.Calls.
class Inside {
public:
    explicit Inside(const std::string &path) {
        void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
        if (library == nullptr) throw std::runtime_error(dlerror());
        open_ = reinterpret_cast<decltype(open_)>(dlsym(library, "calls_open"));
        scorer_ = reinterpret_cast<decltype(scorer_)>(dlsym(library, "calls_scorer"));
        model_ = reinterpret_cast<decltype(model_)>(dlsym(library, "calls_model"));
        if (open_ == nullptr || scorer_ == nullptr || model_ == nullptr) throw std::runtime_error(path + " lacks a function");
    }

    void open(const std::string &path) const { check(open_(path.c_str())); }
    void scorer(const Rows &rows, float *logits) const { check(scorer_(rows.count, rows.offsets, rows.fields, rows.keys, logits)); }
    void model(const Rows &rows, float *logits) const { check(model_(rows.count, rows.offsets, rows.fields, rows.keys, logits)); }

private:
    static void check(int succeeded) {
        if (succeeded == 0) throw std::runtime_error("the library of calls refuses");
    }

    int (*open_)(const char *);
    int (*scorer_)(uint64_t, const uint64_t *, const uint32_t *, const uint64_t *, float *);
    int (*model_)(uint64_t, const uint64_t *, const uint32_t *, const uint64_t *, float *);
};

// A way of scoring all rows.
struct Way {
    std::string name;
    std::function<void(float *)> pass;
    double ns = 0;
};

struct Result {
    std::string name;
    std::vector<Way> ways;
};

constexpr uint64_t row_count = 256;

void time_in_turns(std::vector<Way> &ways, double seconds) {
    std::vector<float> logits(row_count);
    std::vector<std::function<void()>> passes;
    for (Way &way : ways) passes.push_back([&] { way.pass(logits.data()); });
    std::vector<double> ns = least_times(passes, row_count, seconds);
    for (size_t w = 0; w < ways.size(); w++) ways[w].ns = ns[w];
}

void check_agreement(const std::vector<Way> &ways) {
    std::vector<float> expected(row_count);
    ways.front().pass(expected.data());
    for (const Way &way : ways) {
        std::vector<float> found(row_count, NAN);
        way.pass(found.data());
        for (uint64_t r = 0; r < row_count; r++)
            if (!(std::fabs(found[r] - expected[r]) <= 1e-5)) throw std::runtime_error(way.name + " scores row " + std::to_string(r) + " differently");
    }
}

// Python in a process of its own.
void add_python(const Options &options, const Rows &rows, const std::string &path, float expected, std::vector<Way> &ways) {
    std::string command = options.python + " " + std::to_string(options.seconds / 2) + " '" + options.libctr + "' '" + path + "'";
    for (uint64_t i = rows.offsets[0]; i < rows.offsets[1]; i++) command += " " + std::to_string(rows.keys[i]);
    std::FILE *output = popen(command.c_str(), "r");
    if (output == nullptr) throw std::runtime_error("this cannot be run: " + command);
    double scored, loaded, logit;
    int read = std::fscanf(output, "%lf %lf %lf", &scored, &loaded, &logit);
    if (pclose(output) != 0 || read != 3) throw std::runtime_error("this failed: " + command);
    if (!(std::fabs(logit - expected) <= 1e-5)) throw std::runtime_error("Python scores row 0 differently");
    ways.push_back({"python", nullptr, scored});
    ways.push_back({"python_load", nullptr, loaded});
}

Result run(const Options &options, const Level &level, const Library &library, const Inside &inside, const Shape &shape, bool empty) {
    std::string path = options.work + "/calls.ctr";
    make_file(options.maker, shape, path);
    ModelFile file(path);
    Library::Handle handle(library, path, level.name[1] - '0');
    inside.open(path);
    std::vector<uint64_t> offsets, keys;
    std::vector<uint32_t> fields;
    for (uint64_t r = 0; r < row_count; r++) {
        // The same row again and again, so that the processor foresees the branches of the search for slots alike in every way of calling. Of many rows it
        // remembers more in a loop from inside than across calls, and that difference, of tens of ns, is not the call's.
        uint64_t random = 7;
        offsets.push_back(keys.size());
        for (uint32_t f = 0; f < shape.fields && !empty; f++) {
            keys.push_back(key_of(shape.index, shape.seed, static_cast<uint32_t>(next_random(random) % shape.slots)));
            fields.push_back(f);
        }
    }
    offsets.push_back(keys.size());
    Rows rows{row_count, offsets.data(), fields.data(), keys.data(), nullptr};

    auto ctr_score = library.function<decltype(&::ctr_score)>("ctr_score");
    auto model = static_cast<ctr_model *>(handle.model());
    ctr_score_options logit = {sizeof logit, CTR_OUTPUT_LOGIT, nullptr, nullptr, 0};
    auto score = [&, ctr_score, model](uint64_t first, uint64_t count, float *logits) {
        ctr_rows batch = {sizeof batch, 0, count, rows.offsets + first, rows.fields, rows.keys, nullptr};
        if (ctr_score(model, &batch, &logit, logits + first) != CTR_OK) throw std::runtime_error("the library refuses a row");
    };
    Result result;
    result.name = std::string(name_of(shape.kind)) + (shape.latent == 0 ? "" : " k=" + std::to_string(shape.latent)) + (empty ? ", no features" : "");
    auto &ways = result.ways;
    ways.push_back({"kernel", [&](float *logits) { inside.scorer(rows, logits); }});
    ways.push_back({"c", [&](float *logits) { for (uint64_t r = 0; r < row_count; r++) score(r, 1, logits); }});
    ways.push_back({"csharp", [&](float *logits) { inside.model(rows, logits); }});
    ways.push_back({"batch", [&](float *logits) { score(0, row_count, logits); }});
    ways.push_back({"cpp", [&](float *logits) {
        for (uint64_t r = 0; r < row_count; r++)
            if (level.score(file.model, {1, rows.offsets + r, rows.fields, rows.keys, nullptr}, logits + r) != Status::ok)
                throw std::runtime_error("the reference refuses a row");
    }});
    check_agreement(ways);
    time_in_turns(ways, options.seconds);
    std::vector<float> logits(row_count);
    ways.front().pass(logits.data());
    add_python(options, rows, path, logits[0], ways);
    unlink(path.c_str());
    return result;
}

void write(const std::string &path, const std::vector<Result> &results) {
    std::FILE *file = std::fopen(path.c_str(), "w");
    if (file == nullptr) throw std::runtime_error(path + ": cannot be written");
    for (size_t i = 0; i < results.size(); i++) {
        std::fprintf(file, "%s  {\"name\": \"%s\"", i == 0 ? "[\n" : ",\n", results[i].name.c_str());
        for (const Way &way : results[i].ways) std::fprintf(file, ", \"%s_ns_per_row\": %.2f", way.name.c_str(), way.ns);
        std::fprintf(file, "}");
    }
    std::fprintf(file, "\n]\n");
    if (std::fclose(file) != 0) throw std::runtime_error(path + ": cannot be written");
}

int bench(const Options &options) {
    const Level &level = choose(options.level);
    Library library(options.libctr);
    Inside inside(options.inside);
    std::printf("level x86-64-%s, library %s, %s; 39 fields, 2^10 slots, exact index\n", level.name, library.version.c_str(),
        pin() ? "one pinned thread" : "one thread");
    std::printf("%-18s %8s %8s %8s %8s %12s %10s %10s %10s\n", "ns per row", "kernel", "C", "C#", "Python", "Python load", "batch 256", "C++ alone", "C - kernel");
    Shape lr, ffm;
    lr.kind = Kind::lr;
    lr.latent = 0;
    std::vector<Result> results;
    for (auto [shape, empty] : {std::pair(lr, true), std::pair(lr, false), std::pair(ffm, false)}) {
        results.push_back(run(options, level, library, inside, shape, empty));
        auto ns = [&](const char *name) {
            for (const Way &way : results.back().ways)
                if (way.name == name) return way.ns;
            throw std::logic_error(name);
        };
        std::printf("%-18s %8.1f %8.1f %8.1f %8.0f %12.0f %10.1f %10.1f %10.1f\n", results.back().name.c_str(), ns("kernel"), ns("c"), ns("csharp"), ns("python"),
            ns("python_load"), ns("batch"), ns("cpp"), ns("c") - ns("kernel"));
        std::fflush(stdout);
    }
    if (!options.json.empty()) write(options.json, results);
    return 0;
}

} // namespace
} // namespace ctr_reference

int main(int count, char **arguments) {
    using namespace ctr_reference;
    try {
        return bench(parse(count, arguments));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "calls: %s\n", error.what());
        return 1;
    }
}
