#include "report.h"

#include <cstdio>
#include <stdexcept>

namespace ctr_reference {

Report::Report(std::string json_path, std::string level, std::string library_version)
    : json_path_(std::move(json_path)), level_(std::move(level)), library_version_(std::move(library_version)) {
    std::printf("%-44s %10s %10s %10s  %8s %8s %8s\n", "ns per row", "library", "C++", "touch", "lib/C++", "lib/touch", "C++/touch");
}

void Report::add(const Result &result) {
    const Times &t = result.times;
    std::printf("%-44s ", result.one.name().c_str());
    if (t.libctr > 0)
        std::printf("%10.1f %10.1f %10.1f  %8.2f %8.2f %8.2f%s\n", t.libctr, t.reference, t.touch, t.libctr / t.reference, t.libctr / t.touch,
            t.reference / t.touch, result.out_of_cache ? "  out of cache" : "");
    else
        std::printf("%10s %10.1f %10.1f  %8s %8s %8.2f%s\n", "", t.reference, t.touch, "", "", t.reference / t.touch, result.out_of_cache ? "  out of cache" : "");
    std::fflush(stdout);
    results_.push_back(result);
}

void Report::leave_out(const Case &one, uint64_t bytes) {
    std::string name = one.model_name() + " (" + std::to_string(bytes >> 20) + " MB)";
    if (left_out_.empty() || left_out_.back() != name) left_out_.push_back(name);
}

void Report::finish() {
    for (const std::string &name : left_out_) std::printf("left out, too large: %s\n", name.c_str());
    if (json_path_.empty()) return;
    std::FILE *file = std::fopen(json_path_.c_str(), "w");
    if (file == nullptr) throw std::runtime_error(json_path_ + ": cannot be written");
    const char *separator = "[\n";
    for (const Result &r : results_) {
        const Shape &s = r.one.shape;
        std::fprintf(file, "%s  {\"name\": \"%s\", ", separator, r.one.name().c_str());
        if (r.times.libctr > 0) std::fprintf(file, "\"ns_per_row\": %.2f, ", r.times.libctr);
        std::fprintf(file, "\"cpp_ns_per_row\": %.2f, \"touch_ns_per_row\": %.2f, \"out_of_cache\": %s, ", r.times.reference, r.times.touch,
            r.out_of_cache ? "true" : "false");
        std::fprintf(file, "\"kind\": \"%s\", \"latent\": %u, \"type\": \"%s\", \"slots\": %u, \"index\": \"%s\", \"fields\": %u, \"batch\": %llu, ", name_of(s.kind),
            s.latent, name_of(s.type), s.slots, name_of(s.index), s.fields, static_cast<unsigned long long>(r.one.batch));
        std::fprintf(file, "\"form\": \"%s\", \"touched_bytes\": %llu, \"level\": \"x86-64-%s\", \"library\": \"%s\"}", name_of(r.one.form),
            static_cast<unsigned long long>(r.touched_bytes), level_.c_str(), library_version_.c_str());
        separator = ",\n";
    }
    std::fprintf(file, "%s]\n", results_.empty() ? "[" : "\n");
    if (std::fclose(file) != 0) throw std::runtime_error(json_path_ + ": cannot be written");
}

} // namespace ctr_reference
