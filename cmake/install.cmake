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
  # The man page and the completions are made from the help texts of the program itself.
  set(generated ${PROJECT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated})
  add_custom_command(OUTPUT ${generated}/hourglass.1 ${generated}/hourglass.bash ${generated}/_hourglass
                            ${generated}/hourglass.fish
    COMMAND hourglass_cli manual > ${generated}/hourglass.1
    COMMAND hourglass_cli completion bash > ${generated}/hourglass.bash
    COMMAND hourglass_cli completion zsh > ${generated}/_hourglass
    COMMAND hourglass_cli completion fish > ${generated}/hourglass.fish
    DEPENDS hourglass_cli)
  add_custom_target(hourglass_manual ALL DEPENDS ${generated}/hourglass.1)
  install(FILES ${generated}/hourglass.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT program)
  install(FILES ${generated}/hourglass.bash RENAME hourglass COMPONENT program
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${generated}/_hourglass DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT program)
  install(FILES ${generated}/hourglass.fish COMPONENT program
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()

# cpack makes a Debian package of the program, with the libraries that it needs as dependencies.
set(CPACK_PACKAGE_NAME hourglass)
set(CPACK_PACKAGE_CONTACT "Hourglass <hourglass@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME hourglass)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
include(CPack)
