# find_package(ctr) gives the target ctr::ctr. The loader picks the build for the processor (glibc-hwcaps) at run time.
get_filename_component(_ctr_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
if(NOT TARGET ctr::ctr)
  add_library(ctr::ctr SHARED IMPORTED)
  set_target_properties(ctr::ctr PROPERTIES
    IMPORTED_LOCATION "${_ctr_prefix}/lib/libctr.so.1"
    IMPORTED_SONAME "libctr.so.1"
    INTERFACE_INCLUDE_DIRECTORIES "${_ctr_prefix}/include")
endif()
unset(_ctr_prefix)
