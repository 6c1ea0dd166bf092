if moving == 'm' then return takeIn(200, true) and 1 or 0 end
if moving == 'l' then return takeOutOfOrder(200) and 1 or 0 end
return 0
