# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
#
# What "cmake --install" installs, stand-alone only; doc/installing.rst tells how to use it.  The
# wrapper bin/azure-net looks for the other files from where it is itself, so that these folders
# have fixed names, and all of it may be moved:
#
#   bin/azure-net            the wrapper
#   libexec/azure-net        programs, in the folders that they have in a build folder
#   share/azure-net          scripts and what they read, in the folders that they have in a clone
#   share/doc/azure-net      documents
#
# Headers, library, and the files for CMake and pkg-config go where the platform has such files.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

# ns-3 is found where it was, if that is no folder of the system.
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH TRUE)

set(AZURE_NET_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/azure-net)

# Has messages name a file as "helper/azure-x.cc", wherever it was built.
function(azure_net_hide_folders target)
  target_compile_options(
    ${target} PRIVATE -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
                      -fmacro-prefix-map=${PROJECT_BINARY_DIR}/include/=
  )
endfunction()

# A program, which goes to a folder of libexec/azure-net.
function(azure_net_install_program target folder)
  azure_net_hide_folders(${target})
  set_target_properties(
    ${target} PROPERTIES INSTALL_RPATH "$ORIGIN/../../../${CMAKE_INSTALL_LIBDIR}"
  )
  install(TARGETS ${target} RUNTIME DESTINATION libexec/azure-net/${folder})
endfunction()

# Flags with which a compiler and a linker find the ns-3 libraries, as pkg-config gives them.
function(azure_net_get_ns3_flags compile_flags link_flags)
  set(compile "-std=c++${CMAKE_CXX_STANDARD}")
  set(link "")
  foreach(target IN LISTS ARGN)
    get_target_property(configurations ${target} IMPORTED_CONFIGURATIONS)
    list(GET configurations 0 configuration)
    get_target_property(file ${target} IMPORTED_LOCATION_${configuration})
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(name ${file} NAME)
    string(REGEX REPLACE "^lib(.+)\\.(so|dylib).*$" "\\1" name ${name})
    if(NOT folder IN_LIST CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
      list(APPEND link -L${folder})
    endif()
    list(APPEND link -l${name})
    get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
    foreach(folder IN LISTS folders)
      if(EXISTS ${folder}/ns3 AND NOT folder IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
        list(APPEND compile -I${folder})
      endif()
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES compile)
  list(REMOVE_DUPLICATES link)
  list(JOIN compile " " compile)
  list(JOIN link " " link)
  set(${compile_flags} ${compile} PARENT_SCOPE)
  set(${link_flags} ${link} PARENT_SCOPE)
endfunction()

# azure-net.pc, which counts all paths of ours from where it is itself.
function(azure_net_install_pkgconfig)
  set(folder ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  string(REGEX REPLACE "[^/]+" ".." PREFIX_FROM_PC ${folder})
  azure_net_get_ns3_flags(NS3_COMPILE_FLAGS NS3_LINK_FLAGS ${ARGN})
  list(TRANSFORM definitions PREPEND " -D" OUTPUT_VARIABLE defines)
  list(TRANSFORM MPI_CXX_INCLUDE_DIRS PREPEND " -I" OUTPUT_VARIABLE folders)
  string(APPEND NS3_COMPILE_FLAGS ${defines} ${folders})
  configure_file(cmake/azure-net.pc.in azure-net.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/azure-net.pc DESTINATION ${folder})
endfunction()

# azure-netConfig.cmake and what it includes.
function(azure_net_install_package library)
  install(
    EXPORT azure-net
    FILE azure-netTargets.cmake
    NAMESPACE azure-net::
    DESTINATION ${AZURE_NET_PACKAGE_DIR}
  )
  configure_package_config_file(
    cmake/azure-netConfig.cmake.in azure-netConfig.cmake INSTALL_DESTINATION ${AZURE_NET_PACKAGE_DIR}
  )
  # Until 1.0, whatever changes the second number may change the interface too.
  write_basic_package_version_file(azure-netConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(
    FILES ${PROJECT_BINARY_DIR}/azure-netConfig.cmake
          ${PROJECT_BINARY_DIR}/azure-netConfigVersion.cmake cmake/ns3-targets.cmake
    DESTINATION ${AZURE_NET_PACKAGE_DIR}
  )
endfunction()

# The wrapper, the scripts, and what they read.
function(azure_net_install_tools)
  install(PROGRAMS azure-net DESTINATION bin)
  file(GLOB scripts CONFIGURE_DEPENDS utils/*.py)
  file(GLOB examples CONFIGURE_DEPENDS examples/*.cc examples/*.json)
  install(PROGRAMS ${scripts} DESTINATION share/azure-net/utils)
  install(
    DIRECTORY utils/
    DESTINATION share/azure-net/utils
    FILES_MATCHING
    REGEX "/azure_[a-z]+/.*\\.(py|html|css|js)$"
    PATTERN __pycache__ EXCLUDE
  )
  install(FILES helper/azure-trace-schema.h DESTINATION share/azure-net/helper)
  install(FILES doc/cookbook.rst DESTINATION share/azure-net/doc)
  install(FILES ${examples} DESTINATION share/azure-net/examples)

  install(FILES README.md CHANGES.md LICENSE DESTINATION share/doc/azure-net)
  file(GLOB pages CONFIGURE_DEPENDS doc/*.rst)
  list(REMOVE_ITEM pages ${PROJECT_SOURCE_DIR}/doc/cookbook.rst)
  file(GLOB figures CONFIGURE_DEPENDS doc/figures/*.svg doc/figures/*.png)
  install(FILES ${pages} DESTINATION share/doc/azure-net/doc)
  install(FILES ${figures} DESTINATION share/doc/azure-net/doc/figures)
  # Files that programs read are not among the documents: people find them there by links.
  azure_net_install_link(share/doc/azure-net/doc/cookbook.rst ../../../azure-net/doc/cookbook.rst)
  azure_net_install_link(share/doc/azure-net/examples ../../azure-net/examples)
  azure_net_install_link(
    libexec/azure-net/examples/nsg-ip-flow-verify.json
    ../../../share/azure-net/examples/nsg-ip-flow-verify.json
  )
endfunction()

# A symbolic link.
function(azure_net_install_link path target)
  get_filename_component(folder ${path} DIRECTORY)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/installed/${folder})
  file(CREATE_LINK ${target} ${PROJECT_BINARY_DIR}/installed/${path} SYMBOLIC)
  install(FILES ${PROJECT_BINARY_DIR}/installed/${path} DESTINATION ${folder})
endfunction()

# Everything but the programs.  The library's name has all of its version: until 1.0, each one may
# change the binary interface.  That of ns-3 is told by the names of the libraries it is linked to.
function(azure_net_install_library library)
  get_target_property(dependencies ${library} INTERFACE_LINK_LIBRARIES)
  list(FILTER dependencies INCLUDE REGEX "^ns3::")
  set_target_properties(
    ${library} PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION} EXPORT_NAME
                                                                                  azure-net
  )
  azure_net_hide_folders(${library})
  target_compile_features(${library} PUBLIC cxx_std_${CMAKE_CXX_STANDARD})
  target_link_libraries(${library} INTERFACE Boost::headers)
  get_directory_property(definitions COMPILE_DEFINITIONS)
  list(FILTER definitions INCLUDE REGEX "^(AZURE_NET_NS3_VERSION=.*|NS3_MPI)$")
  target_compile_definitions(${library} INTERFACE ${definitions})
  install(
    TARGETS ${library}
    EXPORT azure-net
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    INCLUDES
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  )
  install(FILES ${ARGN} ${AZURE_NET_INCLUDE_DIR}/ns3/azure-net-module.h
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ns3
  )
  azure_net_install_pkgconfig(${dependencies})
  azure_net_install_package(${library})
  azure_net_install_tools()
endfunction()
