// The table for people and the JSON for programs.
#pragma once

#include <string>
#include <vector>

#include "measure.h"

namespace ctr_reference {

struct Result {
    Case one;
    Times times;
    uint64_t touched_bytes = 0;
    bool out_of_cache = false;
};

class Report {
public:
    Report(std::string json_path, std::string level, std::string library_version);

    // Prints the line of a case.
    void add(const Result &result);
    void leave_out(const Case &one, uint64_t bytes);

    // Lists what was left out, and writes the JSON: a list of objects, one a case.
    void finish();

private:
    std::string json_path_, level_, library_version_;
    std::vector<Result> results_;
    std::vector<std::string> left_out_;
};

} // namespace ctr_reference
