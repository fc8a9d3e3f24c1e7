#include "options.h"

#include <cstdio>
#include <cstdlib>

namespace ctr_reference {

static const char usage[] =
    "usage: kernels --self-check\n"
    "       kernels [--library PATH --maker COMMAND --work FOLDER] [--level v2|v3|v4] [--quick] [--filter TEXT] [--json FILE]\n"
    "               [--seconds PER_CASE] [--max-bytes MODEL] [--cache-bytes LAST_LEVEL]\n"
    "       ranking --library PATH --maker COMMAND, and the options of kernels but --quick\n";

[[noreturn]] static void refuse(const std::string &why) {
    std::fprintf(stderr, "%s\n%s", why.c_str(), usage);
    std::exit(2);
}

Options parse(int count, char **arguments) {
    Options options;
    for (int i = 1; i < count; i++) {
        std::string name = arguments[i];
        if (name == "--self-check") {
            options.self_check = true;
            continue;
        }
        if (name == "--quick") {
            options.quick = true;
            continue;
        }
        if (++i == count) refuse(name + " needs a value, or is not known");
        std::string value = arguments[i];
        if (name == "--library") options.libctr = value;
        else if (name == "--maker") options.maker = value;
        else if (name == "--work") options.work = value;
        else if (name == "--json") options.json = value;
        else if (name == "--filter") options.filter = value;
        else if (name == "--seconds") options.seconds = std::atof(value.c_str());
        else if (name == "--max-bytes") options.max_bytes = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--cache-bytes") options.cache_bytes = std::strtoull(value.c_str(), nullptr, 10);
        else if (name == "--level" && (value == "v2" || value == "v3" || value == "v4")) options.level = value[1] - '0';
        else refuse(name + " " + value + " is not known");
    }
    if (options.libctr.empty() != options.maker.empty()) refuse("--library and --maker belong together");
    return options;
}

} // namespace ctr_reference
