-- A document of more than about 2 kB is stored outside of its row: a list reads rows and no documents. Earlier documents
-- move out when their forms are next changed.
ALTER TABLE forms RESET (toast_tuple_target);
