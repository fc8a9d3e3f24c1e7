// The command line of the harness.
#pragma once

#include <cstdint>
#include <string>

namespace ctr_reference {

struct Options {
    bool self_check = false, quick = false;
    std::string libctr;     // libctr.so.1; empty: reference and touch only, over models made in memory
    std::string maker;      // command that makes model files
    std::string work = "."; // where they are put
    std::string json, filter;
    int level = 0; // 0: the best that this processor has
    double seconds = 0.6;
    uint64_t max_bytes = uint64_t{3} << 30;
    uint64_t cache_bytes = uint64_t{32} << 20; // what counts as the last-level cache's share of one core
};

// Exits with a message and status 2 if the arguments make no sense.
Options parse(int count, char **arguments);

} // namespace ctr_reference
