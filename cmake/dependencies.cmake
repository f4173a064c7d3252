# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
#
# What the module needs besides ns-3, in both ways of building.  Sets AZURE_NET_DEPENDENCIES_FOUND,
# and, inside an ns-3 tree with tests, AZURE_NET_TEST_SOURCES.  Everything is set for the folder,
# not for targets: up to 3.42 ns-3 compiles the sources in an object library that links nothing.

set(AZURE_NET_DEPENDENCIES_FOUND FALSE)
set(AZURE_NET_TEST_SOURCES "")

if(NOT AZURE_NET_STANDALONE)
  get_filename_component(azure_net_folder ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  if(NOT azure_net_folder STREQUAL "azure-net")
    message(FATAL_ERROR "azure-net: the folder is called ${azure_net_folder}, but ns-3 takes the "
                        "module's name from it: rename it to contrib/azure-net"
    )
  endif()
  file(READ ${PROJECT_SOURCE_DIR}/VERSION ns3_VERSION)
endif()

find_package(SQLite3 QUIET)
find_package(Boost QUIET)
find_library(AZURE_NET_IOSTREAMS_LIBRARY boost_iostreams)
find_path(AZURE_NET_JSON_INCLUDE_DIR nlohmann/json.hpp)
set(azure_net_missing "")
if(NOT SQLite3_FOUND)
  string(APPEND azure_net_missing " SQLite (libsqlite3-dev)")
endif()
if(NOT Boost_FOUND OR NOT AZURE_NET_IOSTREAMS_LIBRARY)
  string(APPEND azure_net_missing " Boost.Iostreams (libboost-iostreams-dev)")
endif()
if(NOT AZURE_NET_JSON_INCLUDE_DIR)
  string(APPEND azure_net_missing " nlohmann/json (nlohmann-json3-dev)")
endif()
if(azure_net_missing)
  if(AZURE_NET_STANDALONE)
    message(FATAL_ERROR "azure-net needs${azure_net_missing}: run ./azure-net setup")
  endif()
  message(WARNING "azure-net is not built; missing, with the names of Debian's packages:"
                  "${azure_net_missing}"
  )
  return()
endif()
include_directories(
  SYSTEM ${SQLite3_INCLUDE_DIRS} ${Boost_INCLUDE_DIRS} ${AZURE_NET_JSON_INCLUDE_DIR}
)

# 337 for ns-3.37; not defined for a development version, which the code takes for the newest.
if(ns3_VERSION MATCHES "^([0-9]+)\\.([0-9]+)")
  math(EXPR azure_net_ns3_version "${CMAKE_MATCH_1} * 100 + ${CMAKE_MATCH_2}")
  add_definitions(-DAZURE_NET_NS3_VERSION=${azure_net_ns3_version})
endif()

# The GoogleTest cases run in ns-3's test runner: ./test.py -s azure-net.
if(NOT AZURE_NET_STANDALONE AND ENABLE_TESTS)
  find_package(GTest QUIET)
  if(GTest_FOUND)
    file(GLOB AZURE_NET_TEST_SOURCES CONFIGURE_DEPENDS test/unit/*.cc test/simulation/*.cc
         test/support/*.cc
    )
    list(APPEND AZURE_NET_TEST_SOURCES test/azure-net-test-suite.cc)
    set_source_files_properties(
      ${CMAKE_CURRENT_SOURCE_DIR}/test/unit/azure-trace-migration-test.cc
      PROPERTIES COMPILE_DEFINITIONS AZURE_NET_TEST_DATA="${CMAKE_CURRENT_SOURCE_DIR}/test/data"
    )
  else()
    message(WARNING "azure-net is built without its tests: GoogleTest is missing "
                    "(Debian: libgtest-dev)"
    )
  endif()
endif()

set(AZURE_NET_DEPENDENCIES_FOUND TRUE)
