# Everything that makes compiling faster and changes no code: ccache and precompiled headers.

find_program(CCACHE_PROGRAM ccache)
if(HOURGLASS_CCACHE AND CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # ccache needs to know that precompiled headers depend on their content and not on their time.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
  set(hourglass_pch_options $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# The standard headers that most files include.
set(HOURGLASS_STANDARD_HEADERS <algorithm> <array> <cmath> <cstdint> <filesystem> <functional> <map> <memory> <span>
                               <string> <string_view> <vector>)

# Compiles the headers that most sources of `target` include once: the standard ones and those in ARGN.
function(precompile_headers target)
  target_compile_options(${target} PRIVATE ${hourglass_pch_options})
  target_precompile_headers(${target} PRIVATE ${HOURGLASS_STANDARD_HEADERS} ${ARGN})
endfunction()
