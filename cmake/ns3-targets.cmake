# Copyright (c) 2026 The azure-net authors
# SPDX-License-Identifier: GPL-2.0-only
#
# What has to be mended of an installed ns-3, once it was found.  The build includes this file, and
# so does azure-netConfig.cmake, beside which it is installed.

# Debian's ns-3 names folders and libraries of development packages that need not be there: takes
# them out of all targets of ns-3, whose names go to the variable.  No header of ns-3 includes those
# of Python and libxml2: they go even if they are there, so that installing one of them later does
# not change each compiler's command, and with it compile all anew.
function(azure_net_mend_ns3_targets variable)
  set(targets "")
  # An imported target belongs to the folder whose CMakeLists.txt found it.
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})
  while(folder)
    get_property(imported DIRECTORY ${folder} PROPERTY IMPORTED_TARGETS)
    list(APPEND targets ${imported})
    get_property(folder DIRECTORY ${folder} PROPERTY PARENT_DIRECTORY)
  endwhile()
  list(FILTER targets INCLUDE REGEX "^ns3::")

  foreach(target IN LISTS targets)
    foreach(property IN ITEMS INTERFACE_INCLUDE_DIRECTORIES INTERFACE_LINK_LIBRARIES)
      get_target_property(paths ${target} ${property})
      if(paths)
        set(kept "")
        foreach(path IN LISTS paths)
          if(path MATCHES "/include/(python[0-9.]+|libxml2)$")
            continue()
          endif()
          if(NOT IS_ABSOLUTE "${path}" OR EXISTS "${path}")
            list(APPEND kept "${path}")
          endif()
        endforeach()
        set_target_properties(${target} PROPERTIES ${property} "${kept}")
      endif()
    endforeach()
  endforeach()
  set(${variable} ${targets} PARENT_SCOPE)
endfunction()
