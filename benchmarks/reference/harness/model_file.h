// A mapped model file (FORMAT.md). Reads what the kernels need and trusts the rest: the library has opened the file before.
#pragma once

#include <string>
#include <vector>

#include "../reference.h"

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

} // namespace ctr_reference
