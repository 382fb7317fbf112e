# How our own code is compiled: warnings as errors, sanitizers, one static library for each host folder.

add_library(lpc_own_code INTERFACE)
target_compile_options(lpc_own_code INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -Werror)

if(LPC_SANITIZE)
  add_compile_options(-fsanitize=${LPC_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LPC_SANITIZE})
endif()

# lpc_add_library(runtime SOURCES a.cpp b.cpp PUBLIC lib... PRIVATE lib...)
# makes lpc_runtime, included as <runtime/...> from host_harness.
function(lpc_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(lpc_${name} STATIC ${ARG_SOURCES})
  add_library(lpc::${name} ALIAS lpc_${name})
  target_include_directories(lpc_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/host_harness>
    $<INSTALL_INTERFACE:include/lpc_host>)
  target_link_libraries(lpc_${name} PUBLIC ${ARG_PUBLIC} PRIVATE $<BUILD_INTERFACE:lpc_own_code> ${ARG_PRIVATE})
endfunction()
