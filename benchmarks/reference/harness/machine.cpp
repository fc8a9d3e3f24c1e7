#include "machine.h"

#include <sched.h>

#include <stdexcept>
#include <string>

#include "self_check.h"

namespace ctr_reference {

bool pin() {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return false;
    for (int cpu = CPU_SETSIZE - 1; cpu >= 0; cpu--) {
        if (!CPU_ISSET(cpu, &allowed)) continue;
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0;
    }
    return false;
}

const Level &choose(int level) {
    auto levels = runnable_levels();
    for (const Level *one : levels)
        if (level == 0 || one->name[1] - '0' == level) {
            if (level != 0 || one == levels.back()) return *one;
        }
    throw std::runtime_error("this processor does not have x86-64-v" + std::to_string(level));
}

} // namespace ctr_reference
