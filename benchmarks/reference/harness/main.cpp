// Measures the library's kernels, the C++ reference and touch: ./build.sh bench kernels runs it.
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <memory>
#include <stdexcept>

#include "cases.h"
#include "library.h"
#include "machine.h"
#include "model_file.h"
#include "options.h"
#include "report.h"
#include "self_check.h"

namespace ctr_reference {
namespace {

// A model, in memory or in a file that the maker makes, and that is deleted with it.
class Bench {
public:
    Bench(const Options &options, const Level &level, const Library *library, const Shape &shape) {
        if (library == nullptr) {
            made_ = std::make_unique<MadeModel>(shape);
            return;
        }
        path_ = options.work + "/bench.ctr";
        make_file(options.maker, shape, path_);
        file_ = std::make_unique<ModelFile>(path_);
        handle_ = std::make_unique<Library::Handle>(*library, path_, level.name[1] - '0');
    }

    ~Bench() {
        if (!path_.empty()) unlink(path_.c_str());
    }

    const Model &model() const { return file_ ? file_->model : made_->model; }
    const Library::Handle *libctr() const { return handle_.get(); }

private:
    std::string path_;
    std::unique_ptr<MadeModel> made_;
    std::unique_ptr<ModelFile> file_;
    std::unique_ptr<Library::Handle> handle_;
};

void check(const char *what, const Model &model, const Rows &rows, const std::vector<float> &logits) {
    double worst = worst_error(model, rows, logits.data());
    if (!(worst <= 1)) throw std::runtime_error(std::string(what) + " is off by " + std::to_string(worst) + " times the error budget");
}

Result run(const Options &options, const Level &level, const Bench &bench, const Case &one) {
    Workload work(one.shape, one.form, rows_for(one, options.cache_bytes), 7);
    work.find_lines(bench.model());
    const uint64_t rows = work.row_count();
    std::vector<float> logits(rows, NAN);
    auto batches = [&](auto score) {
        for (uint64_t r = 0; r < rows; r += one.batch) score(r, std::min(one.batch, rows - r));
    };
    Passes passes;
    passes.reference = [&] {
        batches([&](uint64_t r, uint64_t count) {
            if (level.score(bench.model(), work.rows(r, count), &logits[r]) != Status::ok) throw std::runtime_error("the reference refuses a row");
        });
    };
    passes.reference();
    check("the reference", bench.model(), work.rows(0, rows), logits);
    if (bench.libctr() != nullptr) {
        passes.libctr = [&] { batches([&](uint64_t r, uint64_t count) { bench.libctr()->score(work.rows(r, count), &logits[r]); }); };
        logits.assign(rows, NAN);
        passes.libctr();
        check("the library", bench.model(), work.rows(0, rows), logits);
    }
    volatile uint64_t sink = 0;
    passes.touch = [&] { batches([&](uint64_t r, uint64_t count) { sink = sink + level.touch(bench.model(), work.lines, r, count); }); };
    Result result;
    result.one = one;
    result.times = measure(passes, rows, options.seconds);
    result.touched_bytes = work.touched_bytes;
    result.out_of_cache = work.touched_bytes > 2 * options.cache_bytes;
    return result;
}

int bench(const Options &options) {
    const Level &level = choose(options.level);
    std::unique_ptr<Library> library;
    if (!options.libctr.empty()) library = std::make_unique<Library>(options.libctr);
    bool pinned = pin();
    std::printf("level x86-64-%s, %s, %s\n", level.name, library ? ("library " + library->version).c_str() : "no library", pinned ? "one pinned thread" : "one thread");
    Report report(options.json, level.name, library ? library->version : "");
    std::unique_ptr<Bench> model;
    std::string model_name;
    for (const Case &one : all_cases(options.quick)) {
        if (one.name().find(options.filter) == std::string::npos) continue;
        if (size_of(one.shape) > options.max_bytes) {
            report.leave_out(one, size_of(one.shape));
            continue;
        }
        if (one.model_name() != model_name) {
            model.reset();
            model = std::make_unique<Bench>(options, level, library.get(), one.shape);
            model_name = one.model_name();
        }
        report.add(run(options, level, *model, one));
    }
    report.finish();
    return 0;
}

} // namespace
} // namespace ctr_reference

int main(int count, char **arguments) {
    using namespace ctr_reference;
    try {
        Options options = parse(count, arguments);
        return options.self_check ? self_check() != 0 : bench(options);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "kernels: %s\n", error.what());
        return 1;
    }
}
