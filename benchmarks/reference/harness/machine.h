// The processor that is measured on.
#pragma once

#include "../reference.h"

namespace ctr_reference {

// Keeps this thread on one processor: one that moves loses its caches. Best effort: a container may forbid it.
bool pin();

// The reference kernels of a level, such as 4; 0: the best one. Throws if the processor does not have it.
const Level &choose(int level);

} // namespace ctr_reference
