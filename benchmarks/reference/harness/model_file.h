// A mapped model file (FORMAT.md). Reads what the kernels need and trusts the rest: the library has opened the file before.
#pragma once

#include <string>
#include <vector>

#include "made_model.h"

namespace ctr_reference {

class ModelFile {
public:
    explicit ModelFile(const std::string &path);
    ~ModelFile();
    ModelFile(const ModelFile &) = delete;
    ModelFile &operator=(const ModelFile &) = delete;

    Model model{};

private:
    const char *bytes_ = nullptr;
    size_t size_ = 0;
    char *zero_slot_ = nullptr;
};

// Makes a model file with a command that takes its shape: benchmarks/CtrRuntime.Benchmarks.
void make_file(const std::string &maker, const Shape &shape, const std::string &path);

} // namespace ctr_reference
