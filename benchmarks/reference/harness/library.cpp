#include "library.h"

#include <ctr.h>
#include <dlfcn.h>

#include <stdexcept>

namespace ctr_reference {

Library::Library(const std::string &path) {
    library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    open_ = symbol("ctr_model_open");
    close_ = symbol("ctr_model_close");
    score_ = symbol("ctr_score");
    last_error_ = symbol("ctr_last_error");
    version = function<decltype(&ctr_version)>("ctr_version")();
}

void *Library::symbol(const char *name) const {
    void *address = dlsym(library_, name);
    if (address == nullptr) throw std::runtime_error(std::string("the library lacks ") + name);
    return address;
}

std::string Library::detail() const {
    char text[512] = "";
    reinterpret_cast<decltype(&ctr_last_error)>(last_error_)(text, sizeof text, nullptr);
    return text;
}

Library::Handle::Handle(const Library &library, const std::string &path, int level) : library_(library) {
    ctr_open_options options = {sizeof options, CTR_OPEN_PREFAULT, CTR_VERIFY_LIGHT, static_cast<uint32_t>(level)};
    auto model = static_cast<ctr_model *>(nullptr);
    if (reinterpret_cast<decltype(&ctr_model_open)>(library.open_)(path.c_str(), &options, &model) != CTR_OK)
        throw std::runtime_error("the library: " + library.detail());
    model_ = model;
}

Library::Handle::~Handle() {
    reinterpret_cast<decltype(&ctr_model_close)>(library_.close_)(static_cast<ctr_model *>(model_));
}

void Library::Handle::score(const Rows &rows, float *logits) const {
    ctr_rows batch = {sizeof batch, 0, rows.count, rows.offsets, rows.fields, rows.keys, rows.values};
    ctr_score_options options = {sizeof options, CTR_OUTPUT_LOGIT, nullptr, nullptr, 0};
    if (reinterpret_cast<decltype(&ctr_score)>(library_.score_)(static_cast<ctr_model *>(model_), &batch, &options, logits) != CTR_OK)
        throw std::runtime_error("the library: " + library_.detail());
}

} // namespace ctr_reference
