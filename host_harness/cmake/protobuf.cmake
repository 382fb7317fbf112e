# lpc_add_proto(control): makes the object library lpc_control_proto of host_harness/control/control.proto, and lpc_control, which must be
# there, of it.
# Why the path from the root of the tree: Protobuf registers it in the process, and a second file of that path aborts the process.
find_package(Protobuf REQUIRED)

function(lpc_add_proto room)
  set(proto host_harness/${room}/${room}.proto)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  set(stem ${generated}/host_harness/${room}/${room}.pb)
  add_custom_command(OUTPUT ${stem}.cc ${stem}.h
    COMMAND ${CMAKE_COMMAND} -E make_directory ${generated}
    COMMAND protobuf::protoc --cpp_out=${generated} --proto_path=${PROJECT_SOURCE_DIR} ${proto}
    DEPENDS ${room}.proto
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    VERBATIM)
  # Generated code is compiled without our warnings.
  add_library(lpc_${room}_proto OBJECT ${stem}.cc)
  target_link_libraries(lpc_${room}_proto PUBLIC protobuf::libprotobuf)
  target_include_directories(lpc_${room}_proto SYSTEM PUBLIC ${generated})
  target_sources(lpc_${room} PRIVATE $<TARGET_OBJECTS:lpc_${room}_proto>)
  target_link_libraries(lpc_${room} PRIVATE protobuf::libprotobuf)
  target_include_directories(lpc_${room} SYSTEM PRIVATE ${generated})
  add_dependencies(lpc_${room} lpc_${room}_proto)
endfunction()
