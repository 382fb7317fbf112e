# What an exchange's engine embeds: the runtime and the journal, without venue and scenario. Installed by
#   cmake --install build/release --component plugin_api --prefix PREFIX
#   cmake --install build/release --component runtime --prefix PREFIX
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

function(lpc_install_runtime)
  set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/lpc_runtime)
  foreach(room IN ITEMS foundation runtime runtime_loading journal)
    set_target_properties(lpc_${room} PROPERTIES EXPORT_NAME ${room})
    install(TARGETS lpc_${room} EXPORT lpc_runtime_targets
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT runtime)
  endforeach()
  foreach(room IN ITEMS foundation runtime journal)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/host_harness/${room} DESTINATION include/lpc_host
      COMPONENT runtime FILES_MATCHING PATTERN "*.hpp")
  endforeach()
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/host_harness/engines/minimal_engine
    DESTINATION ${CMAKE_INSTALL_DATADIR}/lpc/examples COMPONENT runtime)
  install(EXPORT lpc_runtime_targets NAMESPACE lpc:: FILE lpc_runtime-targets.cmake
    DESTINATION ${config_dir} COMPONENT runtime)
  configure_package_config_file(${PROJECT_SOURCE_DIR}/host_harness/cmake/lpc_runtime-config.cmake.in
    ${CMAKE_CURRENT_BINARY_DIR}/lpc_runtime-config.cmake INSTALL_DESTINATION ${config_dir})
  write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/lpc_runtime-config-version.cmake
    VERSION ${PROJECT_VERSION} COMPATIBILITY SameMinorVersion)
  install(FILES
      ${CMAKE_CURRENT_BINARY_DIR}/lpc_runtime-config.cmake
      ${CMAKE_CURRENT_BINARY_DIR}/lpc_runtime-config-version.cmake
    DESTINATION ${config_dir} COMPONENT runtime)
endfunction()
