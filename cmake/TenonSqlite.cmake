# SPDX-License-Identifier: MIT
# The SQLite that everything here is built against: the system's; or, with TENON_BUNDLED_SQLITE, the
# amalgamation (sqlite3.c and sqlite3.h) in a folder of the user's, as a pair of libraries that are
# installed beside Tenon's own. Sets tenon_sqlite_shared and tenon_sqlite_static: what the two forms of
# libtenon link. SQLite::SQLite3 is the one for programs here, which link the static form.
#
# There are two because a process must have one SQLite only: its locks are those of the process, and
# two copies would take them from each other (https://www.sqlite.org/howtocorrupt.html).

set(TENON_BUNDLED_SQLITE "" CACHE PATH "Folder with an SQLite amalgamation to build against")

if(NOT TENON_BUNDLED_SQLITE)
    find_package(SQLite3 3.35 REQUIRED)
    set(tenon_sqlite_shared SQLite::SQLite3)
    set(tenon_sqlite_static SQLite::SQLite3)

    # The driver asks for the table behind a result's column, an option of SQLite's own build.
    include(CheckSymbolExists)
    block()
        set(CMAKE_REQUIRED_LIBRARIES SQLite::SQLite3 Threads::Threads ${CMAKE_DL_LIBS})
        check_symbol_exists(sqlite3_column_table_name sqlite3.h TENON_SQLITE_HAS_COLUMN_METADATA)
    endblock()
    if(NOT TENON_SQLITE_HAS_COLUMN_METADATA)
        unset(TENON_SQLITE_HAS_COLUMN_METADATA CACHE) # another library may be there the next time
        message(FATAL_ERROR "tenon: the SQLite in ${SQLite3_LIBRARIES} lacks "
            "sqlite3_column_table_name(): take one that was built with "
            "SQLITE_ENABLE_COLUMN_METADATA (-DSQLite3_LIBRARY=…), or an amalgamation "
            "(-DTENON_BUNDLED_SQLITE=DIR)")
    endif()
    return()
endif()

foreach(file sqlite3.c sqlite3.h)
    if(NOT EXISTS "${TENON_BUNDLED_SQLITE}/${file}")
        message(FATAL_ERROR "tenon: there is no file '${TENON_BUNDLED_SQLITE}/${file}'; "
            "TENON_BUNDLED_SQLITE is the folder of an amalgamation: sqlite3.c and sqlite3.h")
    endif()
endforeach()
file(STRINGS "${TENON_BUNDLED_SQLITE}/sqlite3.h" version REGEX "^#define SQLITE_VERSION +\"")
string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" SQLite3_VERSION "${version}")
if(NOT version OR SQLite3_VERSION VERSION_LESS 3.35)
    message(FATAL_ERROR "tenon: '${TENON_BUNDLED_SQLITE}' has SQLite '${SQLite3_VERSION}', "
        "and 3.35 is the oldest that will do")
endif()
message(STATUS "SQLite ${SQLite3_VERSION} of ${TENON_BUNDLED_SQLITE}")

add_library(tenon_sqlite_objects OBJECT "${TENON_BUNDLED_SQLITE}/sqlite3.c")
set_target_properties(tenon_sqlite_objects PROPERTIES POSITION_INDEPENDENT_CODE ON)
target_compile_options(tenon_sqlite_objects PRIVATE -w)
# What Debian's has and Tenon or its users meet: https://www.sqlite.org/compile.html
target_compile_definitions(tenon_sqlite_objects PRIVATE
    SQLITE_THREADSAFE=1 SQLITE_ENABLE_COLUMN_METADATA SQLITE_ENABLE_FTS5 SQLITE_ENABLE_RTREE
    SQLITE_ENABLE_MATH_FUNCTIONS SQLITE_ENABLE_DBSTAT_VTAB SQLITE_ENABLE_STAT4
    SQLITE_ENABLE_UPDATE_DELETE_LIMIT SQLITE_ENABLE_PREUPDATE_HOOK SQLITE_ENABLE_SESSION
    SQLITE_SECURE_DELETE SQLITE_USE_URI=0 SQLITE_MAX_VARIABLE_NUMBER=250000 HAVE_ISNAN)
if(TENON_SANITIZE MATCHES "thread")
    target_compile_options(tenon_sqlite_objects PRIVATE -fsanitize=${TENON_SANITIZE})
endif()

foreach(kind shared static)
    string(TOUPPER ${kind} type)
    add_library(tenon_sqlite_${kind} ${type} $<TARGET_OBJECTS:tenon_sqlite_objects>)
    set_target_properties(tenon_sqlite_${kind} PROPERTIES OUTPUT_NAME tenon-sqlite3
        EXPORT_NAME sqlite3-${kind} VERSION ${SQLite3_VERSION} SOVERSION 0)
    target_include_directories(tenon_sqlite_${kind} SYSTEM PUBLIC
        $<BUILD_INTERFACE:${TENON_BUNDLED_SQLITE}>
        $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tenon-sqlite3>)
    target_link_libraries(tenon_sqlite_${kind} PRIVATE Threads::Threads ${CMAKE_DL_LIBS} m)
    set(tenon_sqlite_${kind} tenon_sqlite_${kind})
endforeach()
add_library(SQLite::SQLite3 ALIAS tenon_sqlite_static)
