# Installs the library with its headers and the files that find_package(hourglass) reads (component library), and the
# program (component program).
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/hourglass)

install(TARGETS hourglass EXPORT hourglass_targets COMPONENT library)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/hourglass DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(EXPORT hourglass_targets NAMESPACE hourglass:: DESTINATION ${package_dir} COMPONENT library)
get_target_property(hourglass_type hourglass TYPE)
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/hourglass-config.cmake.in
                              ${PROJECT_BINARY_DIR}/hourglass-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/hourglass-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/hourglass-config.cmake ${PROJECT_BINARY_DIR}/hourglass-config-version.cmake
        DESTINATION ${package_dir} COMPONENT library)

if(TARGET hourglass_cli)
  install(TARGETS hourglass_cli COMPONENT program)
endif()
