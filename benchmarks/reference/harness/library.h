// libctr, loaded from a path.
#pragma once

#include <string>

#include "../reference.h"

namespace ctr_reference {

class Library {
public:
    explicit Library(const std::string &path);

    std::string version;

    // A function of the library by its name.
    template <class T> T function(const char *name) const { return reinterpret_cast<T>(symbol(name)); }

    class Handle {
    public:
        Handle(const Library &library, const std::string &path, int level);
        ~Handle();
        Handle(const Handle &) = delete;
        Handle &operator=(const Handle &) = delete;
        void score(const Rows &rows, float *logits) const;
        void *model() const { return model_; }

    private:
        const Library &library_;
        void *model_ = nullptr;
    };

private:
    void *symbol(const char *name) const;
    std::string detail() const;

    void *library_, *open_, *close_, *score_, *last_error_;
};

} // namespace ctr_reference
