# SPDX-License-Identifier: MIT
# What `cmake --install` puts where: headers, both libraries, the program, and how to find them:
# find_package(tenon) gives tenon::tenon, tenon::tenon-static, tenon::tool and tenon_generate();
# `pkg-config tenon` has the variable `tool`. The installed tree may be moved.

include(CMakePackageConfigHelpers)

if(NOT PROJECT_IS_TOP_LEVEL)
    return() # a part of somebody else's project: that one decides what is installed
endif()

set(tenon_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/tenon)

install(DIRECTORY include/tenon DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(FILES ${PROJECT_BINARY_DIR}/include/tenon/version.h
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tenon)
install(TARGETS tenon_shared tenon_static EXPORT tenon-targets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TENON_BUNDLED_SQLITE)
    install(TARGETS tenon_sqlite_shared tenon_sqlite_static EXPORT tenon-targets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
    install(FILES ${TENON_BUNDLED_SQLITE}/sqlite3.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/tenon-sqlite3)
endif()
if(TENON_TOOL)
    install(TARGETS tenon EXPORT tenon-targets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(DIRECTORY ${PROJECT_BINARY_DIR}/cli/man1/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1
        FILES_MATCHING PATTERN "*.1")
    install(FILES cmake/TenonGenerate.cmake DESTINATION ${tenon_package_dir})
endif()

install(EXPORT tenon-targets NAMESPACE tenon:: DESTINATION ${tenon_package_dir})
configure_package_config_file(cmake/tenon-config.cmake.in
    ${PROJECT_BINARY_DIR}/tenon-config.cmake INSTALL_DESTINATION ${tenon_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/tenon-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/tenon-config.cmake
    ${PROJECT_BINARY_DIR}/tenon-config-version.cmake DESTINATION ${tenon_package_dir})

# The prefix is told from where tenon.pc lies, so that --prefix and DESTDIR need no other file.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(tenon_pc_prefix "${CMAKE_INSTALL_PREFIX}")
else()
    file(RELATIVE_PATH tenon_pc_up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
    string(REGEX REPLACE "/$" "" tenon_pc_up "${tenon_pc_up}")
    set(tenon_pc_prefix "\${pcfiledir}/${tenon_pc_up}")
endif()
foreach(dir BIN LIB INCLUDE)
    if(IS_ABSOLUTE "${CMAKE_INSTALL_${dir}DIR}")
        set(tenon_pc_${dir} "${CMAKE_INSTALL_${dir}DIR}")
    else()
        set(tenon_pc_${dir} "\${prefix}/${CMAKE_INSTALL_${dir}DIR}")
    endif()
endforeach()
if(TENON_BUNDLED_SQLITE)
    set(tenon_pc_sqlite_requires "")
    set(tenon_pc_sqlite_cflags " -I\${includedir}/tenon-sqlite3")
    set(tenon_pc_sqlite_libs " -ltenon-sqlite3")
else()
    set(tenon_pc_sqlite_requires "Requires: sqlite3\n")
endif()
configure_file(cmake/tenon.pc.in ${PROJECT_BINARY_DIR}/tenon.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/tenon.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
