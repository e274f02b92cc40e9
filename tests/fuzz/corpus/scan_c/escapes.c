x /* TN_QUERY(a, ":one", "x") */ #if 0 TN_QUERY(b, ":many",
                                                "SELECT \"a\x41\101??/\" " /* c */ u8"x"
                                                R"(y)");
