# lpc_add_plugin(my_policy SOURCES my_policy.cpp [SHIPPED])
#
# Makes my_policy.so: one exported symbol, hidden everything else, no symbol that a second version of the plugin would share
# with the first, no library but the C and C++ run times. Works in the source tree and after find_package(lpc).
# Sources in C see the ABI (lpc::abi); as soon as one is C++, the SDK too (lpc::sdk). SHIPPED puts the file where the host looks
# for the plugins of this source tree: ${CMAKE_BINARY_DIR}/plugins.

function(lpc_add_plugin name)
  cmake_parse_arguments(ARG "SHIPPED" "" "SOURCES" ${ARGN})
  if(NOT ARG_SOURCES)
    message(FATAL_ERROR "lpc_add_plugin(${name}): no SOURCES")
  endif()
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "lpc_add_plugin(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}; it takes SOURCES and SHIPPED")
  endif()

  add_library(${name} MODULE ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES
    PREFIX "" SUFFIX ".so" NO_SONAME ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON
    SKIP_BUILD_RPATH ON INSTALL_RPATH "" INSTALL_RPATH_USE_LINK_PATH OFF)
  if(ARG_SHIPPED)
    set_target_properties(${name} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
  endif()

  if(ARG_SOURCES MATCHES "\\.(cc|cpp|cxx)(;|$)")
    target_link_libraries(${name} PRIVATE lpc::sdk)
    target_compile_features(${name} PRIVATE cxx_std_20)
  else()
    target_link_libraries(${name} PRIVATE lpc::abi)
    target_compile_features(${name} PRIVATE c_std_11)
  endif()

  # A template's static is else one object for all versions of the plugin in a process (g++ only; clang has no such symbols).
  # No multiply-add is contracted: the same floating-point result from every compiler.
  target_compile_options(${name} PRIVATE
    $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-gnu-unique> -ffp-contract=off)

  # An anonymous version script: a named node would count as a second exported symbol.
  set(map "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map")
  target_link_options(${name} PRIVATE "LINKER:--version-script=${map}" LINKER:-z,noexecstack LINKER:-z,relro)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${map}")
  # A missing symbol is an error when the plugin is linked, not when an exchange loads it. clang's sanitizers leave theirs to
  # the host's executable.
  get_directory_property(options COMPILE_OPTIONS)
  if(NOT "${options} ${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "-fsanitize=")
    target_link_options(${name} PRIVATE LINKER:-z,defs)
  endif()
  # Coverage counters write files at exit, which no plugin may; a policy's coverage comes from its own unit tests.
  if("${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "--coverage|-fprofile-arcs")
    target_compile_options(${name} PRIVATE
      $<$<COMPILE_LANG_AND_ID:C,GNU>:-fprofile-exclude-files=.*>
      $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fprofile-exclude-files=.*>)
  endif()
endfunction()
