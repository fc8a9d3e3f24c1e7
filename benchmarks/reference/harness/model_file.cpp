#include "model_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include "measure.h"

namespace ctr_reference {

static constexpr uint32_t slot_index = 2, weights = 3, pair_table = 4;

template <class T> static T at(const char *bytes, size_t offset) {
    T value;
    std::memcpy(&value, bytes + offset, sizeof value);
    return value;
}

ModelFile::ModelFile(const std::string &path) {
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) throw std::runtime_error(path + ": " + std::strerror(errno));
    size_ = static_cast<size_t>(status.st_size);
    void *mapped = mmap(nullptr, size_, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
    close(file);
    if (mapped == MAP_FAILED) throw std::runtime_error(path + ": cannot be mapped");
    bytes_ = static_cast<const char *>(mapped);

    Model &m = model;
    m.kind = at<Kind>(bytes_, 40);
    m.type = at<WeightType>(bytes_, 44);
    m.latent = at<uint32_t>(bytes_, 48);
    m.fields = at<uint32_t>(bytes_, 52);
    m.slots = static_cast<uint32_t>(at<uint64_t>(bytes_, 56));
    m.bias = at<float>(bytes_, 76);
    m.index = at<IndexKind>(bytes_, 80);
    m.index_bits = at<uint32_t>(bytes_, 84);
    m.max_probes = at<uint32_t>(bytes_, 88);
    m.pair_bits = at<uint32_t>(bytes_, 92);
    m.pair_scale = at<float>(bytes_, 100);
    lay_out(m);
    if (m.stride != at<uint32_t>(bytes_, 64)) throw std::runtime_error(path + ": the slots are not laid out as the reference lays them out");
    for (uint32_t s = 0; s < at<uint32_t>(bytes_, 20); s++) {
        size_t entry = 128 + 32 * static_cast<size_t>(s);
        const char *section = bytes_ + at<uint64_t>(bytes_, entry + 8);
        switch (at<uint32_t>(bytes_, entry)) {
        case slot_index:
            m.entries = reinterpret_cast<const Entry *>(section);
            m.linear = reinterpret_cast<const float *>(section);
            break;
        case weights: m.weights = section; break;
        case pair_table: m.pairs = section; break;
        default: break;
        }
    }
    size_t zeros = (m.stride + 2 * line - 1) / line * line;
    zero_slot_ = static_cast<char *>(std::aligned_alloc(line, zeros));
    std::memset(zero_slot_, 0, zeros);
    m.zero_slot = zero_slot_;
}

ModelFile::~ModelFile() {
    munmap(const_cast<char *>(bytes_), size_);
    std::free(zero_slot_);
}

void make_file(const std::string &maker, const Shape &shape, const std::string &path) {
    std::string command = maker + " --kind " + name_of(shape.kind) + " --latent " + std::to_string(shape.latent) + " --type " + name_of(shape.type) +
        " --slots " + std::to_string(shape.slots) + " --index " + name_of(shape.index) + " --fields " + std::to_string(shape.fields) + " --pair-bits " +
        std::to_string(shape.pair_bits) + " --seed " + std::to_string(shape.seed) + " --output '" + path + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("this failed: " + command);
}

} // namespace ctr_reference
