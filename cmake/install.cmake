# Installs the library, its headers, the program and the files that find_package(hourglass) reads.
include(CMakePackageConfigHelpers)

install(TARGETS hourglass EXPORT hourglass_targets)
if(TARGET hourglass_cli)
  install(TARGETS hourglass_cli)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/hourglass DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT hourglass_targets NAMESPACE hourglass:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hourglass)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/hourglass-config.cmake.in
                              ${PROJECT_BINARY_DIR}/hourglass-config.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hourglass)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hourglass-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hourglass-config.cmake ${PROJECT_BINARY_DIR}/hourglass-config-version.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/hourglass)
