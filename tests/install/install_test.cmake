# Installs a build of Hourglass into a folder of its own and builds and runs a small outside project against it.
# cmake -D BUILD_DIR=... -D WORK_DIR=... -D CXX=... -D FLAGS=... [-D SOURCE_DIR=...] -P install_test.cmake
# With SOURCE_DIR, BUILD_DIR is first built from it as a shared library.

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(status)
    string(JOIN " " command ${ARGN})
    message(FATAL_ERROR "Failed (${status}): ${command}\n${output}")
  endif()
endfunction()

set(configure ${CMAKE_COMMAND} -G Ninja -D CMAKE_CXX_COMPILER=${CXX} "-DCMAKE_CXX_FLAGS=${FLAGS}"
              -D CMAKE_BUILD_TYPE=Release)
if(SOURCE_DIR)
  run(${configure} -S ${SOURCE_DIR} -B ${BUILD_DIR} -D BUILD_SHARED_LIBS=ON -D HOURGLASS_BUILD_PROGRAM=OFF
      -D HOURGLASS_BUILD_TESTS=OFF -D HOURGLASS_BUILD_BENCH=OFF -D HOURGLASS_BUILD_EXAMPLES=OFF)
  run(${CMAKE_COMMAND} --build ${BUILD_DIR})
endif()

file(REMOVE_RECURSE ${WORK_DIR})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix --component library)
run(${configure} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${WORK_DIR}/build -D CMAKE_PREFIX_PATH=${WORK_DIR}/prefix)
run(${CMAKE_COMMAND} --build ${WORK_DIR}/build)
run(${WORK_DIR}/build/consumer)
