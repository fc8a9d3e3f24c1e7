// One instruction set level of the reference: compiled with -march=x86-64-vN and CTR_LEVEL=N.
#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <type_traits>
#include <vector>

#include "double_reference.h"
#include "reference.h"

namespace ctr_reference {
namespace {

#include "simd.h"

#include "lookup.h"

#include "check.h"

#include "blocks.h"

#include "ffm.h"

#include "fm.h"

#include "poly2.h"

#include "pipeline.h"

#include "touch.h"

} // namespace

#if CTR_LEVEL == 4
extern const Level level_v4 = {"v4", score, touch};
#elif CTR_LEVEL == 3
extern const Level level_v3 = {"v3", score, touch};
#else
extern const Level level_v2 = {"v2", score, touch};
#endif

} // namespace ctr_reference
